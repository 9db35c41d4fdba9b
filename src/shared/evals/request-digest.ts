import { createHash } from "node:crypto";
import type { ChatRequest } from "./model-client.ts";

/** SHA-256 of a request without its seed; equal digests are byte-identical requests. */
export function requestDigest({ seed: _, ...request }: ChatRequest): string {
  return createHash("sha256")
    .update(JSON.stringify(sorted(request)))
    .digest("hex");
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, item]) => item !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, item]) => [key, sorted(item)]),
  );
}
