import { setTimeout as sleep } from "node:timers/promises";
import { type DequeuedMessageItem, type QueueClient, QueueServiceClient } from "@azure/storage-queue";
import type { HostJson } from "./host-json.ts";
import type { Invocation } from "./invoke.ts";

export interface QueueListener {
  /** Takes no more messages, and waits for those that run. */
  stop(): Promise<void>;
}

export interface QueueListenerOptions {
  connectionString: string;
  queueName: string;
  settings: HostJson["extensions"]["queues"];
  /** How long a message stays with the worker that took it: ten minutes in Azure, renewed at half of it. */
  invisibilitySeconds: number;
  invoke(invocation: Invocation): Promise<unknown>;
  onFailure(message: string): void;
}

const shortestPollMs = 100;

/**
 * The queue trigger's listener: batches of `batchSize` while at most `newBatchThreshold` messages still run, idle polling
 * that backs off to `maxPollingInterval`, `-poison` after `maxDequeueCount`.
 */
export function startQueueListener(options: QueueListenerOptions): QueueListener {
  const { settings, queueName } = options;
  const service = QueueServiceClient.fromConnectionString(options.connectionString);
  const queue = service.getQueueClient(queueName);
  const poison = service.getQueueClient(`${queueName}-poison`);
  const threshold = settings.newBatchThreshold ?? Math.floor(settings.batchSize / 2);
  const running = new Set<Promise<void>>();
  const stopping = new AbortController();
  let idle = Promise.withResolvers<void>();
  const polling = poll();

  async function poll(): Promise<void> {
    let wait = shortestPollMs;
    while (!stopping.signal.aborted) {
      if (running.size > threshold) {
        idle = Promise.withResolvers<void>();
        await idle.promise;
        continue;
      }
      const messages = await receive();
      for (const message of messages) take(message);
      wait = messages.length > 0 ? shortestPollMs : Math.min(wait * 2, settings.maxPollingInterval);
      if (messages.length === 0) await pause(wait, stopping.signal);
    }
  }

  async function receive(): Promise<DequeuedMessageItem[]> {
    try {
      const batch = await queue.receiveMessages({
        numberOfMessages: settings.batchSize,
        visibilityTimeout: options.invisibilitySeconds,
        abortSignal: stopping.signal,
      });
      return batch.receivedMessageItems;
    } catch (thrown) {
      if (stopping.signal.aborted) return [];
      if (statusOf(thrown) !== 404) options.onFailure(`queue ${queueName} cannot be read: ${String(thrown)}`);
      return [];
    }
  }

  function take(message: DequeuedMessageItem): void {
    const work = perform(message).finally(() => {
      running.delete(work);
      if (running.size <= threshold) idle.resolve();
    });
    running.add(work);
  }

  async function perform(message: DequeuedMessageItem): Promise<void> {
    const lease = keepInvisible(queue, message, options.invisibilitySeconds);
    let failed: unknown;
    try {
      await options.invoke(invocationOf(message, settings.messageEncoding));
    } catch (thrown) {
      failed = thrown ?? new Error("nothing was thrown");
      options.onFailure(
        `${queueName} message ${message.messageId} failed (try ${message.dequeueCount}): ${text(thrown)}`,
      );
    }
    const popReceipt = await lease.release();
    try {
      if (failed === undefined) await queue.deleteMessage(message.messageId, popReceipt);
      else if (message.dequeueCount >= settings.maxDequeueCount) await giveUp(message, popReceipt);
      else await queue.updateMessage(message.messageId, popReceipt, undefined, settings.visibilityTimeout / 1000);
    } catch (thrown) {
      // The message became visible meanwhile and is another's now.
      if (statusOf(thrown) !== 404) options.onFailure(`${queueName} message ${message.messageId}: ${text(thrown)}`);
    }
  }

  async function giveUp(message: DequeuedMessageItem, popReceipt: string): Promise<void> {
    await poison.createIfNotExists();
    await poison.sendMessage(message.messageText);
    await queue.deleteMessage(message.messageId, popReceipt);
  }

  return {
    async stop() {
      stopping.abort();
      idle.resolve();
      await polling;
      await Promise.allSettled(running);
    },
  };
}

function invocationOf(message: DequeuedMessageItem, encoding: "base64" | "none"): Invocation {
  const body =
    encoding === "base64" ? Buffer.from(message.messageText, "base64").toString("utf8") : message.messageText;
  const json = (value: unknown) => ({ json: JSON.stringify(value) });
  return {
    data: { string: body },
    triggerMetadata: {
      QueueTrigger: { string: body },
      Id: { string: message.messageId },
      PopReceipt: { string: message.popReceipt },
      DequeueCount: json(message.dequeueCount),
      InsertionTime: json(message.insertedOn),
      ExpirationTime: json(message.expiresOn),
      NextVisibleTime: json(message.nextVisibleOn),
    },
  };
}

/** Renews a message's invisibility at half its time, as Azure's host does while a function runs. */
function keepInvisible(queue: QueueClient, message: DequeuedMessageItem, seconds: number) {
  let popReceipt = message.popReceipt;
  let renewing: Promise<void> = Promise.resolve();
  const timer = setInterval(() => {
    renewing = queue
      .updateMessage(message.messageId, popReceipt, undefined, seconds)
      .then((renewed) => {
        popReceipt = renewed.popReceipt ?? popReceipt;
      })
      .catch(() => {});
  }, seconds * 500);
  timer.unref();
  return {
    async release(): Promise<string> {
      clearInterval(timer);
      await renewing;
      return popReceipt;
    },
  };
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(ms, undefined, { signal });
  } catch {
    // Stopped while idle.
  }
}

function statusOf(thrown: unknown): number | undefined {
  return thrown instanceof Error && "statusCode" in thrown ? Number(thrown.statusCode) : undefined;
}

function text(thrown: unknown): string {
  return thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
}
