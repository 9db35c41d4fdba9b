import { planPath } from "../../gate/plan.ts";
import type { GatePorts } from "../../gate/ports.ts";
import type { EvidenceRun } from "./promotion.ts";

/** What is kept of the eval runs that a manifest names: a gate's id, or a run's of it. What is not kept is left out. */
export async function readEvidence(
  repositoryId: number,
  names: readonly string[],
  { store }: { store: Pick<GatePorts["store"], "plans" | "verdicts"> },
): Promise<EvidenceRun[]> {
  const read = await Promise.all(
    [...new Set(names)].map(async (runId): Promise<EvidenceRun[]> => {
      const [gateId = ""] = runId.split(":");
      const verdict = await store.verdicts.get(repositoryId, gateId);
      const plan = verdict && (await store.plans.read(repositoryId, planPath(gateId)));
      if (!verdict || !plan) return [];
      // The base's side says what was, and not what ships.
      const runs = plan.runs.filter((run) => run.side === "head" && (runId === gateId || run.runId === runId));
      if (runs.length === 0) return [];
      const ran = runs.map(({ promptDigest, deployment, modelVersion }) => ({
        deployment,
        ...(promptDigest === undefined ? {} : { promptDigest }),
        ...(modelVersion === undefined ? {} : { modelVersion }),
      }));
      return [{ runId, verdict: verdictOf(verdict.value.verdict), ran }];
    }),
  );
  return read.flat();
}

/** A word that is not known is no pass. */
function verdictOf(text: string): EvidenceRun["verdict"] {
  return text === "pass" || text === "regressed" || text === "inconclusive" ? text : "notEvaluated";
}
