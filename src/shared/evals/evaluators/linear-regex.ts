import { RE2JS } from "re2js";
import * as z from "zod";
import { messageOf } from "../../errors.ts";

const FLAGS: Record<string, number> = { i: RE2JS.CASE_INSENSITIVE, m: RE2JS.MULTILINE, s: RE2JS.DOTALL };
const source = z.string().min(1).max(2_000);

/**
 * A pattern of a suite, compiled by RE2's rules: matching takes time linear in the text, so that no pattern of a pull
 * request can hang a worker. RE2 has no look-around and no back-references; a pattern with them is refused when it is read.
 */
export const LinearPattern = source.transform((pattern, context) => compile(pattern, 0, context));

/** A pattern with flags, as an evaluator's options. */
export const LinearRegex = z
  .object({
    pattern: source,
    /** Any of `i` (letter case), `m` (lines), `s` (dot matches newlines). */
    flags: z
      .string()
      .regex(/^[ims]*$/, "allowed flags are i, m and s")
      .default(""),
  })
  .strict()
  .transform(({ pattern, flags }, context) => {
    const bits = [...flags].reduce((sum, flag) => sum | (FLAGS[flag] ?? 0), 0);
    return compile(pattern, bits, context, ["pattern"]);
  });
export type LinearRegex = z.infer<typeof LinearRegex>;

function compile(pattern: string, bits: number, context: z.RefinementCtx, path: string[] = []): RE2JS {
  try {
    return RE2JS.compile(pattern, bits);
  } catch (error) {
    const message = `${messageOf(error)}: patterns run in linear time by RE2's rules, without look-around and back-references`;
    context.addIssue({ code: "custom", path, message });
    return z.NEVER;
  }
}
