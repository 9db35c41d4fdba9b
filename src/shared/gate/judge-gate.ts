import { completeRepeats, firstRepeats } from "./complete-repeats.ts";
import type { Extension } from "./extension.ts";
import { type CaseSamples, judge, type LookAt, readCases } from "./judge.ts";
import type { Plan, PlannedComparison } from "./plan.ts";
import type { SampleReader } from "./read-samples.ts";
import type { JudgedComparison } from "./report.ts";
import type { Gate, ShardState } from "./schema.ts";
import { pairOf } from "./shard-row.ts";
import { repeatsLeft } from "./spending.ts";

/** One comparison of a plan with its sample and what is said of it. */
export interface JudgedPart {
  index: number;
  comparison: PlannedComparison;
  cases: CaseSamples[];
  judged: JudgedComparison;
  next: Extension;
}

interface Situation {
  gate: Gate;
  plan: Plan;
  shards: readonly ShardState[];
  now: Date;
}

/** Judges every comparison of a gate at the look that it has come to. */
export async function judgeGate(situation: Situation, reader: SampleReader): Promise<JudgedPart[]> {
  const parts: JudgedPart[] = [];
  for (const index of situation.plan.comparisons.keys()) {
    const part = await judgePart(situation, index, reader);
    if (part) parts.push(part);
  }
  return parts;
}

async function judgePart(situation: Situation, index: number, reader: SampleReader): Promise<JudgedPart | undefined> {
  const { gate, plan, shards } = situation;
  const comparison = plan.comparisons[index];
  if (!comparison) return undefined;
  const extension = gate.extensions?.findLast((row) => row.comparison === index);
  const drawn = await readCases(comparison, reader, extension?.repeats);
  const at = (cases: readonly CaseSamples[], look: Pick<LookAt, "look" | "repeats">): JudgedPart => {
    const spent = { ...situation, comparison, cases, repeats: look.repeats };
    const { judged, next } = judge(comparison, cases, plan, { ...look, ...repeatsLeft(spent) });
    return { index, comparison, cases: [...cases], judged, next };
  };
  if (extension) {
    const { from, look, repeats, reason } = extension;
    const complete = completeRepeats(changed(drawn), repeats, allowedMissing(comparison));
    if (complete > from) {
      const part = at(firstRepeats(drawn, complete), { look, repeats: complete });
      return { ...part, judged: { ...part.judged, extended: { from, to: complete, reason } } };
    }
    // Nothing usable was added: the look before stands, and the share of the error that was kept for this one is not spent.
    const part = at(firstRepeats(drawn, from), { look: look - 1, repeats: from });
    const why = `${repeats - from} more repeats were asked for and could not be drawn`;
    return { ...part, next: { extend: false, reason: why }, judged: { ...part.judged, notExtended: why } };
  }
  const stopped = shards.find(({ shardId, why }) => why && pairOf(shardId) === comparison.pair)?.why;
  const part = at(drawn, { look: 1, repeats: comparison.repeats });
  if (stopped !== undefined) return cutShort(part, stopped, at);
  const { judged, next } = part;
  if (judged.verdict.verdict !== "inconclusive" || next.extend) return part;
  return { ...part, judged: { ...judged, notExtended: next.reason } };
}

function allowedMissing({ metrics }: PlannedComparison): number {
  return Math.max(0.02, ...metrics.map(({ maxMissing = 0 }) => maxMissing));
}

const changed = (cases: readonly CaseSamples[]) => {
  const compared = cases.filter(({ unchanged, base }) => !unchanged && base.length > 0);
  return compared.length > 0 ? compared : cases;
};

/** A run that its budget stopped: what it has may still decide, and if it does not, nothing was evaluated. */
function cutShort(
  part: JudgedPart,
  stoppedBy: string,
  at: (cases: readonly CaseSamples[], look: Pick<LookAt, "look" | "repeats">) => JudgedPart,
): JudgedPart {
  const { cases, comparison } = part;
  const complete = completeRepeats(cases, comparison.repeats, allowedMissing(comparison));
  const shorter = complete > 0 && complete < comparison.repeats;
  const cut = shorter ? at(firstRepeats(cases, complete), { look: 1, repeats: complete }) : part;
  const { verdict } = cut.judged;
  const counted =
    cases.some(({ planned }) => planned.mustPass) || comparison.metrics.some(({ invariant }) => invariant);
  const decides = verdict.verdict === "regressed" || (verdict.verdict === "pass" && !(shorter && counted));
  if (decides) return { ...cut, next: { extend: false, reason: stoppedBy } };
  return {
    ...cut,
    next: { extend: false, reason: stoppedBy },
    judged: { ...cut.judged, verdict: { ...verdict, verdict: "notEvaluated", reason: stoppedBy } },
  };
}
