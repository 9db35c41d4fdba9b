import { type AppendBlobClient, BlobServiceClient, type ContainerClient, RestError } from "@azure/storage-blob";
import type { StorageConnection } from "./connection.ts";

/** The one container of the product's data; every path starts with the repository id. */
const containerName = "assay";

export interface Blobs {
  /** Undefined where there is none. */
  get(path: string): Promise<Uint8Array | undefined>;
  put(path: string, content: Uint8Array | string): Promise<void>;
  /** Adds to the end of an append blob, made where missing. At most 4 MiB a call (100 MiB from service version 2022-11-02). */
  append(path: string, content: string): Promise<void>;
  /** Line by line, where a blob may be larger than what one would hold; none where there is no blob. */
  lines?(path: string): AsyncIterable<string>;
}

export function createBlobs(connection: StorageConnection): Blobs {
  const service =
    connection.kind === "identity"
      ? new BlobServiceClient(connection.blob, connection.credential)
      : BlobServiceClient.fromConnectionString(connection.connectionString);
  const container = service.getContainerClient(containerName);
  return {
    async get(path) {
      try {
        return await container.getBlobClient(path).downloadToBuffer();
      } catch (thrown) {
        if (isStatus(thrown, 404)) return undefined;
        throw thrown;
      }
    },
    async put(path, content) {
      const bytes = typeof content === "string" ? Buffer.from(content) : Buffer.from(content);
      await withContainer(container, () => container.getBlockBlobClient(path).upload(bytes, bytes.byteLength));
    },
    async append(path, content) {
      const blob = container.getAppendBlobClient(path);
      const bytes = Buffer.from(content);
      try {
        await blob.appendBlock(bytes, bytes.byteLength);
      } catch (thrown) {
        if (!isStatus(thrown, 404)) throw thrown;
        await withContainer(container, () => createAppendBlob(blob));
        await blob.appendBlock(bytes, bytes.byteLength);
      }
    },
  };
}

/** First writer wins: a second one would empty the blob. */
async function createAppendBlob(blob: AppendBlobClient): Promise<void> {
  try {
    await blob.create({ conditions: { ifNoneMatch: "*" } });
  } catch (thrown) {
    if (!isStatus(thrown, 409)) throw thrown;
  }
}

async function withContainer<T>(container: ContainerClient, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    if (!(thrown instanceof RestError) || thrown.code !== "ContainerNotFound") throw thrown;
    await container.createIfNotExists();
    return work();
  }
}

function isStatus(thrown: unknown, status: number): boolean {
  return thrown instanceof RestError && thrown.statusCode === status;
}
