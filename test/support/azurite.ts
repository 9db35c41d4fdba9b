import { randomUUID } from "node:crypto";
import { inject } from "vitest";

/**
 * The connection string of the Azurite that the whole test run shares. Others use it at the same time: take names from
 * `freshName`, and never count what you did not make.
 */
export async function sharedAzurite(): Promise<string> {
  const response = await fetch(inject("azuriteUrl"));
  const text = await response.text();
  if (!response.ok) throw new Error(text);
  return text;
}

/** A name that no other test has: a queue, table, container or key prefix (lower-case letters and digits). */
export function freshName(prefix: string): string {
  return `${prefix}${randomUUID().replaceAll("-", "").slice(0, 12)}`;
}
