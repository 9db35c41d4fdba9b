import type { PlannedCalls } from "./estimate-run.ts";
import type { Metric } from "./metrics.ts";
import type { ShardItem } from "./shard.ts";

/** About what a judge reads beside the question: its instructions, and an answer of ordinary length. */
const beside = "x".repeat(3000);
/** The most that a judge writes, unless its options say otherwise; an embedding writes nothing. */
const judgeTokens = 400;

/**
 * The calls that a metric's judges and embeddings will take for one case, for an estimate: what they will read is not known
 * before the answers are there. Those of kept samples count as kept. The pairwise judge is asked twice.
 */
export function plannedJudging(metrics: readonly Metric[], item: ShardItem, kept: number): PlannedCalls[] {
  const { messages } = item.request;
  const times = item.cases.length;
  return metrics.flatMap(({ asks, evaluator }) =>
    asks.map(({ deployment, kind }) => {
      const asked = times * (evaluator.id === "judge/pairwise" ? 2 : 1);
      return {
        request: {
          deployment,
          messages: kind === "judge" ? [...messages, { role: "user" as const, content: beside }] : messages,
          maxOutputTokens: kind === "judge" ? judgeTokens : 1,
        },
        repeats: item.repeats * asked,
        kept: kept * asked,
      };
    }),
  );
}
