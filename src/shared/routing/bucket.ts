import { hash } from "node:crypto";

/**
 * Where a key falls between 0 and 1: the first 53 bits, big-endian, of the SHA-256 of `salt`, a line feed and `key` in UTF-8,
 * over 2^53. 53 bits, so that every language's double holds the same number; in Python:
 * `(int.from_bytes(sha256(f"{salt}\n{key}".encode()).digest()[:8], "big") >> 11) / 2**53`.
 */
export function bucketOf(salt: string, key: string): number {
  const digest = hash("sha256", `${salt}\n${key}`);
  const [high, low] = [digest.slice(0, 8), digest.slice(8, 16)].map((part) => Number.parseInt(part, 16));
  return ((high ?? 0) * 2 ** 21 + ((low ?? 0) >>> 11)) / 2 ** 53;
}
