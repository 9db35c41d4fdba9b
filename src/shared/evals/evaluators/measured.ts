import * as z from "zod";
import { defineEvaluator, type Evaluator } from "../evaluator.ts";

const None = z.object({}).strict();
const TokenOptions = z.object({ count: z.enum(["total", "input", "output", "reasoning"]).default("total") }).strict();
const FilteredOptions = z
  .object({
    /** Which outcome counts as 1: `filtered`, or `unfiltered` for cases that the filter should stop. */
    count: z.enum(["filtered", "unfiltered"]).default("filtered"),
  })
  .strict();

/** Seconds from sending the request to its last byte. */
const latency = defineEvaluator<z.infer<typeof None>>({
  id: "latency",
  summary: "seconds from request to last byte",
  scale: "number",
  unit: "s",
  better: "lower",
  scoresFiltered: true,
  options: None,
  score: ({ sample }) => ({ value: sample.latencyMs / 1000 }),
});

/** US dollars of the call; missing where the price or the usage is unknown. */
const cost = defineEvaluator<z.infer<typeof None>>({
  id: "cost",
  summary: "US dollars of the call",
  scale: "number",
  unit: "USD",
  better: "lower",
  scoresFiltered: true,
  options: None,
  score: ({ sample }) =>
    sample.costNanoUsd === undefined
      ? { missing: "the price or the usage of this call is unknown" }
      : { value: sample.costNanoUsd / 1e9 },
});

/** Tokens as the provider counted them; missing where it sent no usage. A count the provider leaves out is 0 of its kind. */
const tokens = defineEvaluator<z.infer<typeof TokenOptions>>({
  id: "tokens",
  summary: "tokens of the call, as the provider counted them",
  scale: "number",
  better: "lower",
  scoresFiltered: true,
  options: TokenOptions,
  score({ sample }, { count }) {
    if (sample.usage === undefined) return { missing: "the provider sent no usage for this call" };
    const { inputTokens, outputTokens, reasoningTokens } = sample.usage;
    if (count === "reasoning")
      return reasoningTokens === undefined
        ? { missing: "the provider sent no reasoning tokens" }
        : { value: reasoningTokens };
    return { value: { total: inputTokens + outputTokens, input: inputTokens, output: outputTokens }[count] };
  },
});

/** 1 where the provider's content filter refused the prompt or cut the answer. */
const filtered = defineEvaluator<z.infer<typeof FilteredOptions>>({
  id: "filtered",
  summary: "1 where the provider's content filter stepped in (or did not, with `count: unfiltered`)",
  scale: "binary",
  better: "lower",
  scoresFiltered: true,
  options: FilteredOptions,
  score({ sample }, { count }) {
    const hit = sample.outcome === "filtered";
    const reason = hit ? sample.filterCategories?.join(", ") : undefined;
    const value = hit === (count === "filtered") ? 1 : 0;
    return reason ? { value, reason } : { value };
  },
});

/** What is read off the call itself, not judged in its text. */
export const measuredFamily: Evaluator[] = [latency, cost, tokens, filtered];
