import type { CallResult } from "./deployments.ts";
import type { PointerOf, Refused } from "./target-port.ts";

export type AgentRules = PointerOf<"agent">["rules"];

/** What an agent's endpoint does with a call. */
export interface AgentEndpoint {
  /** Undefined: no selector, and each new version serves at once. */
  rules: AgentRules | undefined;
  /** Absent where it has no version that is no draft. */
  latest: string | undefined;
}

export interface AgentVersion {
  version: string;
  /** `active` alone can be served; also `creating`, `failed`, `deleting`, `deleted`. */
  status: string;
  metadata: Record<string, string>;
}

/** The agents of one Foundry project. */
export interface Agents {
  get(name: string): Promise<AgentEndpoint | undefined>;
  /** Newest first, without drafts. */
  versions(name: string): Promise<AgentVersion[]>;
  createVersion(
    name: string,
    definition: Record<string, unknown>,
    metadata: Record<string, string>,
  ): Promise<{ kind: "created"; version: AgentVersion } | Refused>;
  /** Replaces the whole list. */
  select(name: string, rules: AgentRules): Promise<{ kind: "written" } | Refused>;
  /** Ends the sessions that are pinned to none of these versions; one that has ended meanwhile is no failure. */
  stopSessions(name: string, keep: readonly string[]): Promise<void>;
  /** A call through the endpoint, or of one version; `served` is the version that answered. */
  call(name: string, version?: string): Promise<CallResult>;
}
