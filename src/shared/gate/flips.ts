import { requireMetrics } from "../evals/metrics.ts";
import { scoreKey } from "../evals/shard.ts";
import { inputOf, type ReadShard, textOf, withheld } from "./case-texts.ts";
import type { CaseSamples } from "./judge.ts";
import type { PlannedComparison } from "./plan.ts";
import type { Flip, JudgedComparison } from "./report.ts";

/** As many as anyone reads; the comment shows fewer and counts the rest. */
const mostFlips = 30;

/** Cases that changed sides of a blocking metric's pass line, the largest change first, with what was asked and answered. */
export async function findFlips(
  comparison: PlannedComparison,
  judged: JudgedComparison,
  cases: readonly CaseSamples[],
  readShard: ReadShard,
): Promise<Flip[]> {
  const byId = new Map(cases.map((samples) => [samples.planned.caseId, samples]));
  const metrics = new Map(requireMetrics(comparison.metrics).map((metric) => [metric.name, metric]));
  const found = judged.verdict.metrics
    .filter(({ blocking }) => blocking)
    .flatMap((verdict) =>
      (["passToFail", "failToPass"] as const).flatMap((direction) =>
        verdict[direction].flatMap((caseId) => {
          const samples = byId.get(caseId);
          const metric = metrics.get(verdict.name);
          const flip =
            samples &&
            metric &&
            worstRepeat(samples, scoreKey(metric.digest, samples.planned.digest), direction, metric.better);
          return flip ? [{ metric: verdict.name, direction, samples, ...flip }] : [];
        }),
      ),
    )
    .sort((a, b) => Number(b.direction === "passToFail") - Number(a.direction === "passToFail") || b.change - a.change);
  return Promise.all(
    found.slice(0, mostFlips).map(async ({ metric, direction, samples, base, head, baseScore, headScore, reason }) => ({
      suite: comparison.suite,
      prompt: comparison.prompt,
      caseId: samples.planned.caseId,
      metric,
      direction,
      segments: samples.planned.segments,
      ...(samples.planned.holdout
        ? { input: withheld, baseOutput: withheld, headOutput: withheld }
        : {
            input: await inputOf(samples, readShard),
            baseOutput: textOf(base),
            headOutput: textOf(head),
            ...(reason ? { reason } : {}),
          }),
      baseScore,
      headScore,
    })),
  );
}

/** The repeat in which the change shows most. */
function worstRepeat(
  samples: CaseSamples,
  key: string,
  direction: "passToFail" | "failToPass",
  better: "higher" | "lower",
) {
  const sign = (direction === "passToFail") === (better === "higher") ? 1 : -1;
  const pairs = samples.head.flatMap((head, repeat) => {
    const base = samples.base[repeat];
    const [was, is] = [base?.scores[key], head?.scores[key]];
    if (!base || !head || !was || !is || !("value" in was) || !("value" in is)) return [];
    const worse = direction === "passToFail" ? is : was;
    const change = sign * (was.value - is.value);
    return [{ base, head, baseScore: was.value, headScore: is.value, change, reason: worse.reason }];
  });
  return pairs.sort((a, b) => b.change - a.change)[0];
}
