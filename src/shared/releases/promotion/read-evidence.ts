import { notSaid } from "../../gate/answering-model.ts";
import { type PlannedRun, planPath, reportPath } from "../../gate/plan.ts";
import type { GatePorts } from "../../gate/ports.ts";
import type { GateReport } from "../../gate/report.ts";
import type { EvidenceRun } from "./promotion.ts";

export interface EvidencePorts {
  store: Pick<GatePorts["store"], "plans" | "verdicts">;
  reports: Pick<GatePorts["reports"], "read">;
}

/** What is kept of the eval runs that a manifest names: a gate's id, or a run's of it. What is not kept is left out. */
export async function readEvidence(
  repositoryId: number,
  names: readonly string[],
  { store, reports }: EvidencePorts,
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
      const report = await reports.read(repositoryId, reportPath(gateId));
      const ran = runs.map((run) => ranOf(run, report));
      return [{ runId, verdict: verdictOf(verdict.value.verdict), ran }];
    }),
  );
  return read.flat();
}

/** What a gate planned to ask, and who its report says answered: a name in a manifest is no proof of a model. */
function ranOf(run: PlannedRun, report: GateReport | undefined): EvidenceRun["ran"][number] {
  const { suite, deployment, promptDigest, modelVersion, modelName } = run;
  const own = report?.figures.filter(
    (one) =>
      one.side === run.side && one.suite === run.suite && one.prompt === run.prompt && one.deployment === deployment,
  );
  const answeredBy = own?.flatMap((one) => Object.keys(one.answeredBy)).filter((model) => model !== notSaid) ?? [];
  return {
    ...{ suite, deployment },
    ...(promptDigest === undefined ? {} : { promptDigest }),
    ...(modelVersion === undefined ? {} : { modelVersion }),
    ...(modelName === undefined ? {} : { modelName }),
    ...(answeredBy.length === 0 ? {} : { answeredBy: [...new Set(answeredBy)] }),
  };
}

/** A word that is not known is no pass. */
function verdictOf(text: string): EvidenceRun["verdict"] {
  return text === "pass" || text === "regressed" || text === "inconclusive" ? text : "notEvaluated";
}
