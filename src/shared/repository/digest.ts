import { createHash } from "node:crypto";

/**
 * JSON without whitespace and with keys in one order, whatever order they were written in. `undefined` members are left
 * out; NaN is null, as JSON.stringify has it.
 */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) => (isRecord(inner) ? sorted(inner) : inner)) ?? "null";
}

/** sha256 of the canonical JSON, 64 hex digits. */
export function digestOf(value: unknown): string {
  return createHash("sha256").update(canonicalJson(value)).digest("hex");
}

/** CRLF and lone CR become LF. */
export function normaliseLineEnds(text: string): string {
  return text.includes("\r") ? text.replace(/\r\n?/g, "\n") : text;
}

/**
 * The identity of a prompt: its front matter without what does not change its behaviour (`metadata`, `owners`, `evals`) and
 * its body. Where the output schema is a file, `withSchemaDigest` adds the file's content.
 */
export function promptDigest(frontMatter: Record<string, unknown>, body: string): string {
  const { metadata: _metadata, owners: _owners, evals: _evals, ...rest } = frontMatter;
  return digestOf({ frontMatter: rest, body: normaliseLineEnds(body) });
}

/** A referenced schema is part of what the model is asked for: the prompt changes with it. */
export function withSchemaDigest(contentDigest: string, schema: unknown): string {
  return digestOf({ prompt: contentDigest, schema });
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function sorted(record: Record<string, unknown>): Record<string, unknown> {
  const result: Record<string, unknown> = Object.create(null);
  for (const key of Object.keys(record).sort()) result[key] = record[key];
  return result;
}
