import type { Clock } from "../../shared/clock.ts";
import { messageOf } from "../../shared/errors.ts";
import type { QueueSettings } from "./host-json.ts";
import type { Invocation } from "./invoke.ts";
import { createPollDelay } from "./poll-delay.ts";
import { decodeMessage, queueInvocation } from "./queue-invocation.ts";
import { settledOr } from "./settled-or.ts";

/** A message that was taken from its queue. */
export interface QueueMessage {
  id: string;
  text: string;
  popReceipt: string;
  dequeueCount: number;
  insertedOn: Date;
  expiresOn: Date;
  nextVisibleOn: Date;
}

/** What the listener needs of a storage queue. Where a message is another's by now, `hide` and `remove` do nothing. */
export interface MessageQueue {
  /** At most `count` messages, hidden from others for so many seconds; none where there is no such queue. */
  receive(count: number, hiddenSeconds: number, signal: AbortSignal): Promise<QueueMessage[]>;
  /** Hides the message for so many seconds from now on (0: visible), and gives its new receipt. */
  hide(message: QueueMessage, seconds: number): Promise<string>;
  remove(message: QueueMessage): Promise<void>;
  /** Puts the message onto the poison queue as it is. */
  poison(message: QueueMessage): Promise<void>;
}

export interface QueueListenerOptions {
  name: string;
  queue: MessageQueue;
  settings: QueueSettings;
  /** How long a message stays with the worker that took it: ten minutes in Azure, renewed at half of it. */
  invisibilitySeconds: number;
  clock: Clock;
  random?: () => number;
  /** Rejects where the function failed; it has told why. */
  invoke(invocation: Invocation): Promise<unknown>;
  warn(message: string): void;
}

export interface QueueListener {
  /** Takes no more messages, and waits for those that run, until `bound` aborts. */
  stop(bound: AbortSignal): Promise<void>;
}

/**
 * The queue trigger's listener: batches of `batchSize` while at most `newBatchThreshold` messages still run, idle polling
 * that backs off to `maxPollingInterval`, `-poison` after `maxDequeueCount`.
 */
export function startQueueListener(options: QueueListenerOptions): QueueListener {
  const { name, queue, settings, clock, invisibilitySeconds, warn } = options;
  const threshold = settings.newBatchThreshold ?? Math.floor(settings.batchSize / 2);
  // What fails on a poison queue has nowhere to go: the host leaves it hidden, so that it does not come back at once.
  const hasPoison = !name.endsWith("-poison");
  const delay = createPollDelay(settings.maxPollingInterval, options.random);
  const running = new Set<Promise<void>>();
  const stopping = new AbortController();
  const givenUp = new AbortController();
  let roomy = Promise.withResolvers<void>();
  const polling = poll();

  async function poll(): Promise<void> {
    while (!stopping.signal.aborted) {
      if (running.size > threshold) {
        roomy = Promise.withResolvers<void>();
        await roomy.promise;
        continue;
      }
      const messages = await receive();
      // Taken while the host was stopping: another host shall not wait ten minutes for them.
      if (stopping.signal.aborted) await Promise.allSettled(messages.map((message) => queue.hide(message, 0)));
      else for (const message of messages) take(message);
      if (messages.length > 0) delay.found();
      else await clock.sleep(delay.idle(), stopping.signal).catch(() => {});
    }
  }

  async function receive(): Promise<QueueMessage[]> {
    try {
      return await queue.receive(settings.batchSize, invisibilitySeconds, givenUp.signal);
    } catch (thrown) {
      if (!stopping.signal.aborted) warn(`the queue ${name} cannot be read: ${messageOf(thrown)}`);
      return [];
    }
  }

  function take(message: QueueMessage): void {
    const work = perform(message)
      .catch((thrown: unknown) => warn(`${name} message ${message.id}: ${messageOf(thrown)}`))
      .finally(() => {
        running.delete(work);
        if (running.size <= threshold) roomy.resolve();
      });
    running.add(work);
  }

  async function perform(message: QueueMessage): Promise<void> {
    // A worker that was killed took the message without an outcome: it may have had its tries already.
    if (hasPoison && message.dequeueCount > settings.maxDequeueCount) return giveUp(message, "its worker died");
    const body = decodeMessage(message.text, settings.messageEncoding);
    if (body === undefined) return giveUp(message, `it is not ${settings.messageEncoding}`);
    const done = new AbortController();
    const renewing = keepHidden(message, AbortSignal.any([done.signal, givenUp.signal]));
    let failed = false;
    try {
      await options.invoke(queueInvocation(message, body));
    } catch {
      failed = true;
    }
    done.abort();
    const latest = { ...message, popReceipt: await renewing };
    if (!failed) return queue.remove(latest);
    if (!hasPoison) return;
    if (message.dequeueCount >= settings.maxDequeueCount) return giveUp(latest, "it failed too often");
    // Storage counts whole seconds.
    await queue.hide(latest, Math.trunc(settings.visibilityTimeout / 1000));
  }

  /** Renews a message's invisibility at half its time, as Azure's host does while a function runs; gives the last receipt. */
  async function keepHidden(message: QueueMessage, signal: AbortSignal): Promise<string> {
    let { popReceipt } = message;
    for (;;) {
      try {
        await clock.sleep(invisibilitySeconds * 500, signal);
      } catch {
        return popReceipt;
      }
      try {
        popReceipt = await queue.hide({ ...message, popReceipt }, invisibilitySeconds);
      } catch (thrown) {
        warn(`${name} message ${message.id} could not be kept: ${messageOf(thrown)}`);
      }
    }
  }

  async function giveUp(message: QueueMessage, why: string): Promise<void> {
    if (!hasPoison) return warn(`${name} message ${message.id} stays hidden: ${why}`);
    warn(`${name} message ${message.id} goes to ${name}-poison after ${message.dequeueCount} tries: ${why}`);
    await queue.poison(message);
    await queue.remove(message);
  }

  return {
    async stop(bound) {
      stopping.abort();
      roomy.resolve();
      await settledOr([polling, ...running], bound);
      givenUp.abort();
    },
  };
}
