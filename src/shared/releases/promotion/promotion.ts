import type { Approval } from "../../gate/code-host.ts";
import type { Policy } from "../../repository/policy.ts";
import type { Prompt } from "../../repository/prompt.ts";
import type { ReleaseManifest } from "../../repository/release.ts";
import type { ReleasePlan } from "../plan-release.ts";
import type { PromptReach } from "../prompt-reach.ts";
import type { StandingFilter } from "./standing-filters.ts";

/** Why a release may not ship now, and what to do about it. */
export interface Refusal {
  code: RefusalCode;
  reason: string;
  mend: string;
  /** It is over by itself then; ISO time. */
  until?: string;
}

export type RefusalCode =
  | "editedSincePlan"
  | "problems"
  | "noOwner"
  | "noRunbook"
  | "noWatchRules"
  | "quarantined"
  | "noEvidence"
  | "evidenceNotPassed"
  | "evidenceOfOther"
  | "noWayBack"
  | "authorApproves"
  | "approvalsMissing"
  | "noContentFilter"
  | "weakerContentFilter"
  | "standbyTooSmall"
  | "standbyUnknown"
  | "stillWatched"
  | "paused"
  | "replaced"
  | "frozen";

/** What a kept run says, of which contents on which models. */
export interface EvidenceRun {
  runId: string;
  verdict: "pass" | "regressed" | "inconclusive" | "notEvaluated";
  ran: EvidenceOn[];
}

/** A prompt, as its file says it, on a deployment. */
export interface EvidenceOn {
  /** Name of the suite; absent where the gate did not keep it. */
  suite?: string;
  promptDigest?: string;
  deployment: string;
  modelVersion?: string;
  /** As the manifest had it that the gate planned by. */
  modelName?: string;
  /** The models that the answers name; absent where none was kept. */
  answeredBy?: string[];
}

/** An earlier release that a rollback would lead to. */
export interface WayBack {
  releaseId: string;
  verified: boolean;
  quarantined: boolean;
  /** Its targets can be flipped to now: found by asking them. */
  ready: "yes" | "no" | "unknown";
}

/** Of a deployment that stays behind: what it holds, and the most that was asked of it. Undefined is not known. */
export interface StandbyFigures {
  capacity?: number;
  peak?: number;
}

/** Everything that a promotion is decided by. */
export interface PromotionFacts {
  release: ReleaseManifest;
  /** Made now, of the commit that shall ship. */
  plan: ReleasePlan;
  /** What people were shown and said yes to. */
  approved: Pick<ReleasePlan, "digest" | "commit">;
  /** The policy on the base commit; none is the default one. */
  policy: Policy;
  /** The one of the default branch's tip: what was made stricter since counts as well. */
  policyNow?: Policy;
  /** Commits of those two whose policy is there and cannot be read. */
  unreadPolicies?: readonly string[];
  /** What serves now, as its manifest said; absent for a first release. */
  base?: ReleaseManifest;
  /** The prompts that the manifest binds. */
  prompts: readonly Prompt[];
  /** Those, and what its agents and routes call: each with the deployments that it can come to. */
  reaches: readonly PromptReach[];
  /** By name, of those deployments: what is known of the filters that serve and that the release does not move. */
  filters: ReadonlyMap<string, StandingFilter>;
  /** Content digests that must not ship, each with why. */
  quarantined: ReadonlyMap<string, string>;
  /** Of the runs that the manifest names; one that is not here is not kept. */
  evidence: readonly EvidenceRun[];
  waysBack: readonly WayBack[];
  /** Who wrote what ships. */
  authors: readonly string[];
  approvals: readonly Approval[];
  /** By target id, of deployments that serve now. */
  standby: ReadonlyMap<string, StandbyFigures>;
}
