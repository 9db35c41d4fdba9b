import { once } from "node:events";
import { createServer } from "node:http";
import { connect } from "node:net";
import path from "node:path";
import { BlobServiceClient } from "@azure/storage-blob";
import { expect, test } from "vitest";
import { startAzurite } from "../../src/local/azurite.ts";
import { startNode } from "../support/child-process.ts";

const owner = path.resolve(import.meta.dirname, "../fixtures/azurite-owner.ts");

function portOf(connectionString: string, service: string): number {
  return Number(new RegExp(`${service}Endpoint=http://127.0.0.1:(\\d+)/`).exec(connectionString)?.[1]);
}

test.each(["SIGKILL", "SIGTERM", "SIGINT"] as const)("storage ends with its owner, also at %s", async (signal) => {
  const node = startNode([owner]);
  const { connectionString }: { connectionString: string } = JSON.parse(await node.line());
  // An open connection tells of the other side's end without asking again and again.
  const socket = connect(portOf(connectionString, "Queue"), "127.0.0.1");
  await once(socket, "connect");
  const closed = once(socket, "close");
  socket.on("error", () => {});
  socket.resume();
  await node.end(signal);
  await closed;
  await expect(fetch(`http://127.0.0.1:${portOf(connectionString, "Blob")}/`)).rejects.toThrow();
});

test("bad input: a port that is taken is named, with the setting that chooses it", async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
  const address = other.address();
  const port = typeof address === "object" && address ? address.port : 0;
  const starting = startAzurite({ ports: { blob: port, queue: 0, table: 0 }, portSetting: "STORAGE_PORT" });
  await expect(starting).rejects.toThrow(`Port ${port} is taken; choose another with STORAGE_PORT.`);
  other.close();
});

test("the extent limit bounds what is kept", async () => {
  const storage = await startAzurite({ extentMemoryLimitMb: 4 });
  try {
    const container = BlobServiceClient.fromConnectionString(storage.connectionString).getContainerClient("limit");
    await container.create();
    const upload = (name: string, bytes: number) =>
      container.getBlockBlobClient(name).upload(Buffer.alloc(bytes), bytes);
    await upload("small", 1_000_000);
    await expect(upload("large", 8_000_000)).rejects.toThrow();
  } finally {
    await storage.stop();
  }
});
