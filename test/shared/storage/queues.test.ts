import { QueueServiceClient } from "@azure/storage-queue";
import { expect, test } from "vitest";
import { createQueues } from "../../../src/shared/storage/queues.ts";
import { sharedAzurite } from "../../support/azurite.ts";

test("a look that nobody takes in time is dropped by the queue, an incident's waits", async () => {
  const connectionString = await sharedAzurite();
  const queue = QueueServiceClient.fromConnectionString(connectionString).getQueueClient("watch");
  await queue.createIfNotExists();
  await queue.clearMessages();
  const { watch } = createQueues({ kind: "connectionString", connectionString });
  await watch({ kind: "observe", repositoryId: 1, releaseId: "r", incident: "i", episode: 0 });
  await watch({ kind: "observe", repositoryId: 1, releaseId: "r" }, 60_000);
  const { receivedMessageItems } = await queue.receiveMessages({ numberOfMessages: 2 });
  const keptSeconds = receivedMessageItems.map(({ insertedOn, expiresOn }) => (+expiresOn - +insertedOn) / 1000);
  expect(keptSeconds).toEqual([7 * 24 * 3600, 60]);
});
