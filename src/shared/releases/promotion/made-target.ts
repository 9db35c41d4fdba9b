import type { ReleaseTarget } from "../../repository/release-target.ts";

export type MadeTarget = Extract<ReleaseTarget, { kind: "deployment" | "inPlace" }>;

export function isMade(target: ReleaseTarget): target is MadeTarget {
  return target.kind === "deployment" || target.kind === "inPlace";
}

/** How a prompt, a route or an agent may name it. */
export function namesOf(target: MadeTarget): string[] {
  return target.kind === "deployment" ? [target.to.deployment, target.alias] : [target.alias];
}
