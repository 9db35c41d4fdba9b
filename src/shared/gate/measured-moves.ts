import { baselineGateId } from "./gate-store.ts";
import { reportPath } from "./plan.ts";
import type { GatePorts } from "./ports.ts";
import type { GateReport } from "./report.ts";
import type { RouteDiff } from "./route-diffs.ts";
import { withDifferences } from "./route-moves.ts";
import type { Gate } from "./schema.ts";
import { targetFigures } from "./target-figures.ts";

/** Moved calls with what their targets differ in, by this gate's own runs where it has them, or else by the baseline's. */
export async function measuredMoves(
  { repositoryId, baseSha }: Pick<Gate, "repositoryId" | "baseSha">,
  diffs: readonly RouteDiff[],
  { reports }: Pick<GatePorts, "reports">,
  own?: Pick<GateReport, "figures" | "comparisons" | "concludedAt">,
): Promise<RouteDiff[]> {
  if (!diffs.some(({ moves }) => moves && moves.steps.length > 0)) return [...diffs];
  const recorded = baseSha && (await reports.read(repositoryId, reportPath(baselineGateId(baseSha))));
  const known = [...(own ? [own] : []), ...(recorded ? [recorded] : [])];
  return withDifferences(
    diffs,
    known.flatMap((report) => targetFigures(report, report.concludedAt)),
  );
}
