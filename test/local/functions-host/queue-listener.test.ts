import { setImmediate } from "node:timers/promises";
import fc from "fast-check";
import { afterEach, describe, expect, test } from "vitest";
import type { Invocation } from "../../../src/local/functions-host/invoke.ts";
import {
  type QueueListener,
  type QueueListenerOptions,
  startQueueListener,
} from "../../../src/local/functions-host/queue-listener.ts";
import { createManualClock } from "../../support/manual-clock.ts";
import { createMemoryQueue } from "./memory-queue.ts";

const settings: QueueListenerOptions["settings"] = {
  batchSize: 4,
  newBatchThreshold: 0,
  maxDequeueCount: 3,
  visibilityTimeout: 5000,
  maxPollingInterval: 2000,
  messageEncoding: "none",
};

const listeners: QueueListener[] = [];
afterEach(async () => {
  for (const listener of listeners.splice(0)) await listener.stop(AbortSignal.abort());
});

function play(options: Partial<Omit<QueueListenerOptions, "invoke">> & { run?: QueueListenerOptions["invoke"] } = {}) {
  const clock = createManualClock();
  const queue = createMemoryQueue(clock);
  const warnings: string[] = [];
  const ran: { at: number; text: string; tries: number }[] = [];
  const start = clock.now().getTime();
  const listen = async () => {
    const listener = startQueueListener({
      name: "work",
      queue,
      settings,
      invisibilitySeconds: 600,
      clock,
      random: () => 0.5,
      warn: (message) => warnings.push(message),
      ...options,
      async invoke(invocation) {
        const tries = Number(invocation.triggerMetadata?.DequeueCount?.json);
        ran.push({ at: clock.now().getTime() - start, text: invocation.data.string ?? "", tries });
        await options.run?.(invocation);
      },
    });
    listeners.push(listener);
    // Its first poll is over before the clock moves.
    await setImmediate();
    return listener;
  };
  const pass = async (ms: number) => {
    for (let passed = 0; passed < ms; passed += 100) await clock.advance(100);
  };
  return { clock, queue, warnings, ran, listen, pass };
}

const fails = async () => {
  throw new Error("no");
};

describe("the queue trigger's listener", () => {
  test("an idle queue is asked less and less, down to the longest interval", async () => {
    const { queue, listen, pass } = play();
    await listen();
    await pass(10_000);
    expect(queue.asked).toEqual([0, 100, 300, 600, 1100, 2000, 3700, 5700, 7700, 9700]);
  });

  test("a message resets the back-off, and is taken off the queue once it was handled", async () => {
    const { queue, ran, listen, pass } = play();
    await listen();
    await pass(3700);
    queue.add("late");
    await pass(2000);
    expect(ran).toEqual([{ at: 5700, text: "late", tries: 1 }]);
    expect(queue.ids()).toEqual([]);
    // Asked again at once, then as at the beginning.
    expect(queue.asked.slice(-2)).toEqual([5700, 5700]);
    await pass(300);
    expect(queue.asked.slice(-2)).toEqual([5800, 6000]);
  });

  test("the next batch waits until no more than newBatchThreshold messages run", async () => {
    const ends: (() => void)[] = [];
    const run = () => new Promise<void>((resolve) => ends.push(resolve));
    const { queue, ran, listen, pass } = play({ run, settings: { ...settings, newBatchThreshold: 1 } });
    for (let n = 0; n < 6; n++) queue.add(`m${n}`);
    await listen();
    await pass(1000);
    expect(ran).toHaveLength(4);
    ends[0]?.();
    ends[1]?.();
    await pass(1000);
    expect(ran).toHaveLength(4);
    ends[2]?.();
    await pass(100);
    expect(ran).toHaveLength(6);
  });

  test("a failed message is visible again after visibilityTimeout, and poison after maxDequeueCount", async () => {
    const { queue, ran, listen, pass } = play({ run: fails });
    const id = queue.add("bad");
    await listen();
    await pass(30_000);
    expect(ran.map(({ tries }) => tries)).toEqual([1, 2, 3]);
    const [first = 0, second = 0, third = 0] = ran.map(({ at }) => at);
    for (const wait of [second - first, third - second]) {
      expect(wait).toBeGreaterThanOrEqual(5000);
      expect(wait).toBeLessThanOrEqual(5000 + settings.maxPollingInterval);
    }
    expect(queue.poisoned).toEqual([{ id, text: "bad" }]);
    expect(queue.ids()).toEqual([]);
  });

  test("a message stays with its worker as long as it runs, however long that is", async () => {
    const ended = Promise.withResolvers<void>();
    const { queue, ran, listen, pass } = play({ invisibilitySeconds: 10, run: () => ended.promise });
    queue.add("long");
    await listen();
    await pass(100);
    await listen();
    await pass(60_000);
    expect(ran).toHaveLength(1);
    ended.resolve();
    await pass(100);
    expect(queue.ids()).toEqual([]);
  });

  test("a message whose workers died comes back after its invisibility; after too many it is poison, unrun", async () => {
    const { queue, ran, warnings, listen, pass } = play();
    const id = queue.add("deadly");
    // Workers that take the message and say no more.
    for (let deaths = 0; deaths < 3; deaths++) {
      expect(await queue.receive(1, 600, AbortSignal.abort())).toHaveLength(1);
      await pass(600_000);
    }
    await listen();
    await pass(100);
    expect(ran).toEqual([]);
    expect(queue.poisoned).toEqual([{ id, text: "deadly" }]);
    expect(warnings.join()).toContain("its worker died");
  });

  test("what fails on a poison queue stays hidden there", async () => {
    const { queue, ran, listen, pass } = play({ name: "work-poison", run: fails, invisibilitySeconds: 60 });
    const id = queue.add("bad");
    await listen();
    await pass(130_000);
    expect(ran.map(({ tries }) => tries)).toEqual([1, 2, 3]);
    expect(queue.poisoned).toEqual([]);
    expect(queue.ids()).toEqual([id]);
  });

  test("bad input: a message that is not in the encoding is poison at once", async () => {
    const { queue, ran, listen, pass } = play({ settings: { ...settings, messageEncoding: "base64" } });
    const id = queue.add("{}");
    await listen();
    await pass(100);
    expect(ran).toEqual([]);
    expect(queue.poisoned).toEqual([{ id, text: "{}" }]);
  });

  test("a queue that cannot be read is told of and asked again", async () => {
    const { queue, ran, warnings, listen, pass } = play();
    const { receive } = queue;
    let broken = true;
    queue.receive = (...args) => (broken ? Promise.reject(new Error("refused")) : receive(...args));
    queue.add("m");
    await listen();
    await pass(500);
    broken = false;
    await pass(2000);
    expect(warnings[0]).toContain("refused");
    expect(ran).toHaveLength(1);
  });
});

describe("stopping", () => {
  test("it waits for what runs, and takes nothing more", async () => {
    const ended = Promise.withResolvers<void>();
    const { queue, ran, listen, pass } = play({ run: () => ended.promise });
    queue.add("m");
    const listener = await listen();
    await pass(100);
    let stopped = false;
    const stopping = listener.stop(AbortSignal.timeout(60_000)).then(() => {
      stopped = true;
    });
    queue.add("later");
    await pass(1000);
    expect(stopped).toBe(false);
    ended.resolve();
    await stopping;
    expect(ran).toHaveLength(1);
    expect(queue.ids()).toHaveLength(1);
  });

  test("it waits no longer than its bound", async () => {
    const { queue, listen, pass } = play({ run: () => new Promise(() => {}) });
    queue.add("m");
    const listener = await listen();
    await pass(100);
    await listener.stop(AbortSignal.abort());
    expect(queue.ids()).toHaveLength(1);
  });

  test("messages that arrive while it stops are given back at once", async () => {
    const { queue, ran, listen, pass } = play();
    const { receive } = queue;
    const slow = Promise.withResolvers<void>();
    queue.receive = async (...args) => {
      const messages = await receive(...args);
      await slow.promise;
      return messages;
    };
    queue.add("m");
    const stopping = (await listen()).stop(AbortSignal.timeout(60_000));
    slow.resolve();
    await stopping;
    expect(ran).toEqual([]);
    queue.receive = receive;
    await listen();
    await pass(100);
    expect(ran).toMatchObject([{ text: "m", tries: 2 }]);
  });
});

test("whatever fails and how often: a message is handled once, or is poison after exactly maxDequeueCount tries", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 12 }), async (failures) => {
      const left = new Map(failures.map((count, n) => [`m${n}`, count]));
      const run = async ({ data }: Invocation) => {
        const count = left.get(data.string ?? "") ?? 0;
        left.set(data.string ?? "", count - 1);
        if (count > 0) throw new Error("not yet");
      };
      const { queue, ran, listen, pass } = play({ run });
      for (const text of left.keys()) queue.add(text);
      const listener = await listen();
      await pass(25_000);
      await listener.stop(AbortSignal.timeout(1000));
      expect(queue.ids()).toEqual([]);
      for (const [n, count] of failures.entries()) {
        const tries = ran.filter(({ text }) => text === `m${n}`).length;
        expect(tries).toBe(Math.min(count + 1, settings.maxDequeueCount));
        expect(queue.poisoned.some(({ text }) => text === `m${n}`)).toBe(count >= settings.maxDequeueCount);
      }
    }),
    { numRuns: 30 },
  );
});
