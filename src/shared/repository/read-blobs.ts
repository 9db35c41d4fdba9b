import { createHash } from "node:crypto";
import { RetryableError } from "../errors.ts";
import type { BlobCache, RepositoryReader } from "./repository-reader.ts";

/** Blobs that are fetched side by side; GitHub asks for few requests at once. */
const concurrency = 8;

/**
 * Reads blobs by their SHA, from the cache where it has them. Bytes that do not have the SHA that they are named by are not
 * used: a cached one is fetched anew, a fetched one throws RetryableError.
 */
export async function readBlobs(
  shas: Iterable<string>,
  reader: RepositoryReader,
  cache: BlobCache | undefined,
): Promise<Map<string, Uint8Array>> {
  const waiting = [...new Set(shas)];
  const blobs = new Map<string, Uint8Array>();
  const work = async () => {
    for (let sha = waiting.pop(); sha !== undefined; sha = waiting.pop())
      blobs.set(sha, await readBlob(sha, reader, cache));
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, waiting.length) }, work));
  return blobs;
}

async function readBlob(sha: string, reader: RepositoryReader, cache: BlobCache | undefined): Promise<Uint8Array> {
  const cached = await cache?.get(sha);
  if (cached && blobSha(cached, sha.length) === sha) return cached;
  const bytes = await reader.blob(sha);
  if (blobSha(bytes, sha.length) !== sha)
    throw new RetryableError(`The blob ${sha} came with other content than its name says.`);
  await cache?.set(sha, bytes);
  return bytes;
}

/** The name that git gives a blob: SHA-1, or SHA-256 in repositories with the newer object format (64 digits). */
export function blobSha(bytes: Uint8Array, digits = 40): string {
  return createHash(digits === 64 ? "sha256" : "sha1")
    .update(`blob ${bytes.length}\0`)
    .update(bytes)
    .digest("hex");
}
