import { QueueServiceClient } from "@azure/storage-queue";
import type { Queues } from "../deliveries/delivery.ts";
import type { ReleaseQueue } from "../releases/release-message.ts";
import type { StorageConnection } from "./connection.ts";

/** Sends messages as the host reads them: base64 of JSON (host.json `messageEncoding`). Queues are made where missing. */
export function createQueues(connection: StorageConnection): Queues & ReleaseQueue {
  const service =
    connection.kind === "identity"
      ? new QueueServiceClient(connection.queue, connection.credential)
      : QueueServiceClient.fromConnectionString(connection.connectionString);
  async function send(name: string, message: object, waitMs = 0, keepMs?: number): Promise<void> {
    const queue = service.getQueueClient(name);
    const text = Buffer.from(JSON.stringify(message)).toString("base64");
    const options = {
      ...(waitMs > 0 ? { visibilityTimeout: Math.ceil(waitMs / 1000) } : {}),
      ...(keepMs === undefined ? {} : { messageTimeToLive: Math.ceil(keepMs / 1000) }),
    };
    try {
      await queue.sendMessage(text, options);
    } catch (thrown) {
      if (!(thrown instanceof Error && "statusCode" in thrown && thrown.statusCode === 404)) throw thrown;
      await queue.createIfNotExists();
      await queue.sendMessage(text, options);
    }
  }
  return {
    work: (message, waitMs) => send("work", message, waitMs),
    shard: (message, waitMs) => send("shards", message, waitMs),
    conclude: (message, waitMs) => send("conclude", message, waitMs),
    release: (message, waitMs) => send("releases", message, waitMs),
    watch: (message, keepMs) => send("watch", message, 0, keepMs),
    alert: (message) => send("alerts", message),
  };
}
