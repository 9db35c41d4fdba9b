import { versionedName } from "../../repository/release-target.ts";
import { answeringName } from "../answering-name.ts";
import { type MadeTarget, namesOf } from "./made-target.ts";
import type { EvidenceOn } from "./promotion.ts";

/** Whether a run was made on what a target makes, or on what stands in for it: that deployment, that model, that version. */
export function ranOnTarget(ran: EvidenceOn, target: MadeTarget): boolean {
  const { model, evaluateOn } = target.to;
  const names = [namesOf(target)[0], evaluateOn];
  return (
    names.includes(ran.deployment) &&
    ran.modelVersion === model.version &&
    (ran.modelName === undefined || ran.modelName === model.name) &&
    (ran.answeredBy ?? []).every((said) => said === ran.deployment || answeringName(said, model) !== "another")
  );
}

/** Whether a run was made on a deployment that no target of the release makes: an alias was planned as what it stood for. */
export function ranOnName({ deployment }: EvidenceOn, name: string): boolean {
  return deployment === name || versionedName(deployment)?.alias === name;
}
