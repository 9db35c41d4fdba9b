import { type QueueClient, QueueServiceClient } from "@azure/storage-queue";
import type { MessageQueue, QueueMessage } from "./queue-listener.ts";

/** A queue of a storage account, and its poison queue, which is made at its first message. */
export function createStorageQueue(connectionString: string, name: string): MessageQueue {
  const service = QueueServiceClient.fromConnectionString(connectionString);
  const queue = service.getQueueClient(name);
  return {
    async receive(count, hiddenSeconds, abortSignal) {
      const options = { numberOfMessages: count, visibilityTimeout: hiddenSeconds, abortSignal };
      const batch = await unlessGone(() => queue.receiveMessages(options));
      return (batch?.receivedMessageItems ?? []).map(
        ({ messageId, messageText, popReceipt, dequeueCount, insertedOn, expiresOn, nextVisibleOn }): QueueMessage => ({
          id: messageId,
          text: messageText,
          popReceipt,
          dequeueCount,
          insertedOn,
          expiresOn,
          nextVisibleOn,
        }),
      );
    },
    async hide({ id, popReceipt }, seconds) {
      const hidden = await unlessGone(() => queue.updateMessage(id, popReceipt, undefined, seconds));
      return hidden?.popReceipt ?? popReceipt;
    },
    async remove({ id, popReceipt }) {
      await unlessGone(() => queue.deleteMessage(id, popReceipt));
    },
    async poison({ text }) {
      await sendTo(service.getQueueClient(`${name}-poison`), text);
    },
  };
}

/** Sends, and makes the queue where it is not there yet, as the host does. */
export async function sendTo(queue: QueueClient, text: string): Promise<void> {
  if (await unlessGone(() => queue.sendMessage(text))) return;
  await queue.createIfNotExists();
  await queue.sendMessage(text);
}

/** Undefined where the queue or the message is not there, or the message has another receipt by now. */
async function unlessGone<T>(call: () => Promise<T>): Promise<T | undefined> {
  try {
    return await call();
  } catch (thrown) {
    const gone = thrown instanceof Error && "statusCode" in thrown && thrown.statusCode === 404;
    const another = thrown instanceof Error && "code" in thrown && thrown.code === "PopReceiptMismatch";
    if (gone || another) return undefined;
    throw thrown;
  }
}
