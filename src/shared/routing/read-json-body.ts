import type * as z from "zod";

/** More than any question of ours needs. */
const mostBytes = 256 * 1024;

/** A request's body as the schema has it, or what is wrong with it; `example` is one that is right. */
export function readJsonBody<T>(
  text: string,
  schema: z.ZodType<T>,
  example: string,
): { given: T } | { status: 400 | 413; error: string } {
  if (Buffer.byteLength(text) > mostBytes)
    return { status: 413, error: `The body has more than ${mostBytes / 1024} KB; send ${example}.` };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { status: 400, error: `The body is not JSON; send ${example}.` };
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return { given: parsed.data };
  const issues = parsed.error.issues.map(({ path, message }) => `${path.join(".") || "the body"}: ${message}`);
  return { status: 400, error: issues.slice(0, 5).join("; ").slice(0, 1000) };
}
