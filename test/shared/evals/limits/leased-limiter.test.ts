import { describe, expect, test } from "vitest";
import { createLeasedLimiters, type LimitStore } from "../../../../src/shared/evals/limits/leased-limiter.ts";
import type { CallOutcome, Limiters } from "../../../../src/shared/evals/limits/limiter.ts";
import { createMemoryLimitStore } from "../../../../src/shared/evals/limits/memory-limit-store.ts";
import { createManualClock, type ManualClock } from "../../../support/manual-clock.ts";

const latencyMs = 200;
const stepMs = 10;

/** A deployment that takes so many calls at a time and refuses more, seen from outside. */
function createServer(clock: ManualClock, most: number, tells: boolean) {
  const seen = { inFlight: 0, answered: 0, refused: 0, most: 0, area: 0, from: 0 };
  return {
    seen,
    /** Adds up what is in flight, for the mean over time. */
    tick() {
      seen.area += seen.inFlight * stepMs;
    },
    async call(): Promise<CallOutcome> {
      if (seen.inFlight >= most) {
        seen.refused++;
        return { kind: "rateLimited", retryAfterMs: 500 };
      }
      seen.inFlight++;
      seen.most = Math.max(seen.most, seen.inFlight);
      await clock.sleep(latencyMs);
      const rate = { limitRequests: most, remainingRequests: most - seen.inFlight };
      seen.inFlight--;
      seen.answered++;
      return { kind: "answered", ...(tells ? { rate } : {}) };
    },
  };
}

interface Runner {
  limiters: Limiters;
  alive: boolean;
  calls: number;
}

function startRunner(
  name: string,
  server: ReturnType<typeof createServer>,
  store: LimitStore,
  clock: ManualClock,
  { share = 0, tasks = 64 }: { share?: number; tasks?: number } = {},
): Runner {
  const runner: Runner = {
    alive: true,
    calls: 0,
    limiters: createLeasedLimiters(
      { change: (deployment, next) => (runner.alive ? store.change(deployment, next) : new Promise(() => {})) },
      { worker: name, clock, reportMs: 2000, leaseMs: 10_000, firstWindow: 8 },
    ),
  };
  const limiter = runner.limiters.leaving(share);
  const work = async () => {
    while (runner.alive) {
      const slot = await limiter.acquire("m");
      if (!runner.alive) return;
      runner.calls++;
      const outcome = await server.call();
      if (!runner.alive) return;
      slot?.release(outcome);
      if (outcome.kind === "rateLimited") await clock.sleep(outcome.retryAfterMs ?? 0);
    }
  };
  for (let task = 0; task < tasks; task++) void work();
  return runner;
}

async function play(clock: ManualClock, server: ReturnType<typeof createServer>, ms: number): Promise<void> {
  const { seen } = server;
  Object.assign(seen, { answered: 0, refused: 0, most: seen.inFlight, area: 0 });
  for (let time = 0; time < ms; time += stepMs) {
    await clock.advance(stepMs);
    server.tick();
  }
}

const meanInFlight = ({ seen }: ReturnType<typeof createServer>, ms: number) => seen.area / ms;
const refusedShare = ({ seen }: ReturnType<typeof createServer>) => seen.refused / (seen.answered + seen.refused);

describe("two runners on one deployment that takes 30 calls at a time", () => {
  test.each([
    ["names its limit", true],
    ["tells by refusing alone", false],
  ])("fill it where it %s, with few refusals", async (_, tells) => {
    const clock = createManualClock();
    const server = createServer(clock, 30, tells);
    const store = createMemoryLimitStore();
    const runners = ["a", "b"].map((name) => startRunner(name, server, store, clock));
    await play(clock, server, 60_000);
    expect(meanInFlight(server, 60_000)).toBeGreaterThan(0.8 * 30);
    expect(refusedShare(server)).toBeLessThan(tells ? 0.0001 : 0.05);
    const [a = 0, b = 0] = runners.map(({ calls }) => calls);
    expect(Math.abs(a - b) / (a + b)).toBeLessThan(0.2);
  });

  test("never use more than half where half is production's", async () => {
    const clock = createManualClock();
    const server = createServer(clock, 30, true);
    const store = createMemoryLimitStore();
    for (const name of ["a", "b"]) startRunner(name, server, store, clock, { share: 0.5 });
    await play(clock, server, 30_000);
    expect(server.seen.most).toBe(15);
    expect(meanInFlight(server, 30_000)).toBeGreaterThan(12);
  });

  test("a limit below what is used is kept after the first answers, not at the next report", async () => {
    const clock = createManualClock();
    const server = createServer(clock, 8, true);
    startRunner("a", server, createMemoryLimitStore(), clock, { share: 0.5 });
    await play(clock, server, latencyMs);
    expect(server.seen.most).toBe(8);
    // The first answers tell; what was begun before is over a latency later.
    await play(clock, server, latencyMs + 150);
    await play(clock, server, 10_000);
    expect(server.seen.most).toBe(4);
  });

  test("keep to half of what they learn by a refusal, once they have", async () => {
    const clock = createManualClock();
    const server = createServer(clock, 30, false);
    const store = createMemoryLimitStore();
    for (const name of ["a", "b"]) startRunner(name, server, store, clock, { share: 0.5 });
    await play(clock, server, 10_000);
    await play(clock, server, 60_000);
    expect(server.seen.most).toBeLessThanOrEqual(15);
    expect(server.seen.refused).toBe(0);
  });

  test("one that is killed gives its places back when its lease is over", async () => {
    const clock = createManualClock();
    const server = createServer(clock, 30, true);
    const store = createMemoryLimitStore();
    const [a] = ["a", "b"].map((name) => startRunner(name, server, store, clock));
    await play(clock, server, 20_000);
    if (a) a.alive = false;
    await play(clock, server, 5000);
    expect(server.seen.most).toBeLessThanOrEqual(30);
    expect(server.seen.inFlight).toBeLessThanOrEqual(16);
    await play(clock, server, 10_000);
    await play(clock, server, 10_000);
    expect(meanInFlight(server, 10_000)).toBeGreaterThan(28);
  });

  test("the store is asked a few times a second at most, whatever the number of calls", async () => {
    const clock = createManualClock();
    const server = createServer(clock, 30, true);
    const store = createMemoryLimitStore();
    let changes = 0;
    const counted: LimitStore = {
      change(deployment, next) {
        changes++;
        return store.change(deployment, next);
      },
    };
    startRunner("a", server, counted, clock);
    await play(clock, server, 60_000);
    expect(server.seen.answered).toBeGreaterThan(5000);
    expect(changes).toBeLessThan(150);
  });

  test("bad input: a store that cannot be reached lets nothing more begin once the lease is over", async () => {
    const clock = createManualClock();
    const server = createServer(clock, 30, true);
    const store = createMemoryLimitStore();
    let reachable = true;
    const failing: LimitStore = {
      change: (deployment, next) =>
        reachable ? store.change(deployment, next) : Promise.reject(new Error("no storage")),
    };
    startRunner("a", server, failing, clock);
    await play(clock, server, 5000);
    reachable = false;
    await play(clock, server, 12_000);
    await play(clock, server, 10_000);
    expect(server.seen.answered).toBe(0);
    reachable = true;
    await play(clock, server, 5000);
    expect(server.seen.answered).toBeGreaterThan(200);
  });
});

describe("bad input: a 429 storm", () => {
  test("a deployment that refuses everything gets a few calls, not thousands", async () => {
    const clock = createManualClock();
    const server = createServer(clock, 0, false);
    startRunner("a", server, createMemoryLimitStore(), clock);
    await play(clock, server, 60_000);
    expect(server.seen.refused).toBeLessThan(400);
  });

  test("a wait that ends before a place comes free is told", async () => {
    const clock = createManualClock();
    const limiters = createLeasedLimiters(createMemoryLimitStore(), {
      worker: "a",
      clock,
      reportMs: 2000,
      leaseMs: 10_000,
      firstWindow: 1,
    });
    const limiter = limiters.leaving(0);
    expect(await limiter.acquire("m")).toBeDefined();
    const second = limiter.acquire("m", new Date(clock.now().getTime() + 1000));
    await clock.advance(500);
    await clock.advance(500);
    expect(await second).toBeUndefined();
  });
});

describe("a deployment that counts calls by the minute", () => {
  /** 120 a minute, refilled evenly, as a token bucket. */
  function createMinuteServer(clock: ManualClock) {
    let left = 120;
    let least = 120;
    let answered = 0;
    let refused = 0;
    return {
      figures: () => ({ least, answered, refused }),
      refill() {
        left = Math.min(120, left + (120 * stepMs) / 60_000);
      },
      async call(): Promise<CallOutcome> {
        if (left < 1) {
          refused++;
          return { kind: "rateLimited", retryAfterMs: 1000 };
        }
        left--;
        least = Math.min(least, left);
        await clock.sleep(latencyMs);
        answered++;
        return { kind: "answered", rate: { limitRequests: 120, remainingRequests: Math.floor(left) } };
      },
    };
  }

  test("keeps about half for production, by what it says is left", async () => {
    const clock = createManualClock();
    const server = createMinuteServer(clock);
    const limiters = createLeasedLimiters(createMemoryLimitStore(), {
      worker: "a",
      clock,
      reportMs: 2000,
      leaseMs: 10_000,
      firstWindow: 8,
    });
    const limiter = limiters.leaving(0.5);
    const work = async () => {
      for (;;) {
        const slot = await limiter.acquire("m");
        slot?.release(await server.call());
      }
    };
    for (let task = 0; task < 16; task++) void work();
    for (let time = 0; time < 120_000; time += stepMs) {
      await clock.advance(stepMs);
      server.refill();
    }
    const { least, answered, refused } = server.figures();
    expect(refused).toBe(0);
    expect(least).toBeGreaterThan(0.3 * 120);
    expect(answered).toBeGreaterThan(150);
  });
});
