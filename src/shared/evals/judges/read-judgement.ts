import * as z from "zod";
import { messageOf } from "../../errors.ts";
import { parseJsonText } from "../evaluators/json-text.ts";

/** What a judge answered, by the shape that it was asked for, or why it cannot be read. */
export type Judgement<T> = { judged: T } | { unreadable: string };

/** A judge says why before it says what; the reason is a model's text and is shown as such. */
const reason = z.string().max(20_000).catch("").default("");

export const Graded = z.object({ reason, score: z.union([z.int(), z.string().regex(/^\d$/).transform(Number)]) });
export type Graded = z.infer<typeof Graded>;

export const Chosen = z.object({ reason, choice: z.string().min(1).max(40) });
export type Chosen = z.infer<typeof Chosen>;

/** Reads JSON, also in one fenced block; prose is no judgement, whatever numbers it holds. */
export function readJudgement<T>(output: string, shape: z.ZodType<T>): Judgement<T> {
  const parsed = parseJsonText(output.trim(), true);
  if ("error" in parsed)
    return { unreadable: `the judge answered no JSON: ${output.trim().slice(0, 80) || "(nothing)"}` };
  try {
    const read = shape.safeParse(parsed.value);
    if (read.success) return { judged: read.data };
    const issue = read.error.issues[0];
    const where = issue?.path.length ? `\`${issue.path.map(String).join(".")}\`: ` : "";
    return { unreadable: `the judge's JSON does not fit: ${where}${issue?.message ?? ""}` };
  } catch (thrown) {
    return { unreadable: messageOf(thrown) };
  }
}
