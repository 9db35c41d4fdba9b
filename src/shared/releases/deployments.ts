import type { ModelVersion, Pending, Refused, Sku } from "./target-port.ts";

/** A model deployment as its account holds it. */
export interface HeldDeployment {
  name: string;
  model: ModelVersion;
  sku: Sku;
  raiPolicyName: string | undefined;
  versionUpgradeOption: string | undefined;
  tags: Record<string, string>;
  /** An open set: Accepted, Creating, Updating, Succeeded, Failed, Deleting, … */
  provisioningState: string;
  etag: string | undefined;
}

/** What a write asks for; it never upgrades itself. */
export interface WantedDeployment {
  model: ModelVersion;
  sku: Sku;
  raiPolicyName?: string | undefined;
  tags: Record<string, string>;
}

/** The deployments of one account. */
export interface Deployments {
  get(name: string): Promise<HeldDeployment | undefined>;
  /**
   * Creates a deployment or changes it in place. `written` says that the provider said so, no more; with `resume` nothing is
   * written and the operation under way is asked for.
   */
  put(name: string, wanted: WantedDeployment, resume?: string): Promise<{ kind: "written" } | Refused | Pending>;
}

/** Calls a deployment with a short question. */
export type CallDeployment = (deployment: string) => Promise<CallResult>;

export type CallResult =
  /** What the answer names: a model, `gpt-5-mini-2025-08-07`, or an agent's version. */
  | { kind: "answered"; served: string | undefined; latencyMs: number }
  | { kind: "gone"; code: string; reason: string }
  | { kind: "notYet"; reason: string }
  | { kind: "unknown"; reason: string; retryAfterMs?: number; refused?: boolean };
