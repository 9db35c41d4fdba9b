import * as z from "zod";
import { defineEvaluator } from "../evaluator.ts";
import { parseJsonText } from "./json-text.ts";

const Options = z
  .object({
    /** Whether one fenced block in an answer counts as its JSON. */
    fenced: z.boolean().default(false),
  })
  .strict();

/** 1 where the answer parses as JSON (RFC 8259). */
export const jsonValid = defineEvaluator({
  id: "json-valid",
  summary: "the answer is JSON",
  scale: "binary",
  better: "higher",
  options: Options,
  score({ sample }, { fenced }) {
    const parsed = parseJsonText(sample.output, fenced);
    return "error" in parsed ? { value: 0, reason: parsed.error } : { value: 1 };
  },
});
