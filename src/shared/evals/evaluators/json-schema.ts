import * as z from "zod";
import { defineEvaluator } from "../evaluator.ts";
import { parseJsonText } from "./json-text.ts";
import { SchemaOption } from "./schema-option.ts";

const Options = z.object({ schema: SchemaOption, fenced: z.boolean().default(false) }).strict();

/** 1 where the answer is JSON that the schema accepts; the reason names the first places where it does not. */
export const jsonSchema = defineEvaluator({
  id: "json-schema",
  summary: "the answer is JSON that fits the schema",
  scale: "binary",
  better: "higher",
  options: Options,
  score({ sample }, { schema, fenced }) {
    const parsed = parseJsonText(sample.output, fenced);
    if ("error" in parsed) return { value: 0, reason: parsed.error };
    if (schema(parsed.value)) return { value: 1 };
    const reasons = (schema.errors ?? []).slice(0, 3).map((e) => `${e.instancePath || "/"} ${e.message ?? e.keyword}`);
    return { value: 0, reason: reasons.join("; ") };
  },
});
