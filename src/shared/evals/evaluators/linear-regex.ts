import { RE2JS } from "re2js";
import * as z from "zod";

const FLAGS = { i: RE2JS.CASE_INSENSITIVE, m: RE2JS.MULTILINE, s: RE2JS.DOTALL } satisfies Record<string, number>;

/**
 * A pattern of a suite, compiled by RE2's rules: matching takes time linear in the text, so that no pattern of a pull
 * request can hang a worker. RE2 has no look-around and no back-references; a pattern with them is refused when it is read.
 */
export const LinearRegex = z
  .object({
    pattern: z.string().min(1).max(2_000),
    /** Any of `i` (letter case), `m` (lines), `s` (dot matches newlines). */
    flags: z
      .string()
      .regex(/^[ims]*$/, "allowed flags are i, m and s")
      .default(""),
  })
  .strict()
  .transform(({ pattern, flags }, context) => {
    try {
      const bits = [...flags].reduce(
        (sum, flag) => sum | (flag === "i" || flag === "m" || flag === "s" ? FLAGS[flag] : 0),
        0,
      );
      return RE2JS.compile(pattern, bits);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      context.addIssue({
        code: "custom",
        path: ["pattern"],
        message: `${why}: patterns run in linear time by RE2's rules, without look-around and back-references`,
      });
      return z.NEVER;
    }
  });
export type LinearRegex = z.infer<typeof LinearRegex>;
