import type { PromptAlias, RouteAlias, RouteHead } from "../routing/route-alias.ts";
import type { Plan } from "./plan.ts";
import type { Baseline, Gate, PullState, ShardState } from "./schema.ts";

/** A row as it was read; writing it back fails if it changed since. */
export interface Stored<T> {
  value: T;
  version: unknown;
}

/** Rows of one kind, by repository and key. */
export interface Rows<T> {
  get(repositoryId: number, key: string): Promise<Stored<T> | undefined>;
  /** False where it exists: the first writer wins. */
  insert(repositoryId: number, key: string, value: T): Promise<boolean>;
  /** False where it changed since it was read. */
  replace(repositoryId: number, key: string, stored: Stored<T>, value: T): Promise<boolean>;
  list(repositoryId: number, prefix: string): Promise<T[]>;
  remove(repositoryId: number, key: string): Promise<void>;
}

/** Everything that a gate remembers between two messages. */
export interface GateStore {
  gates: Rows<Gate>;
  /** The gates that are not closed yet, for the timers. */
  active: Rows<{ gateId: string }>;
  pulls: Rows<PullState>;
  /** Keys are `<gateId>:<shardId>`. */
  shards: Rows<ShardState>;
  baselines: Rows<Baseline>;
  /** Verdicts with their evidence, stored before GitHub hears of them. */
  verdicts: Rows<{ gateId: string; conclusion: string; title: string; verdict: string; decidedAt: string }>;
  /** What the names of routes and prompts stand for, by repository and name; and the commit that is published. */
  routes: Rows<RouteAlias>;
  prompts: Rows<PromptAlias>;
  routeHeads: Rows<RouteHead>;
  plans: Documents<Plan>;
}

/** Larger documents, by path below the repository. */
export interface Documents<T> {
  read(repositoryId: number, path: string): Promise<T | undefined>;
  write(repositoryId: number, path: string, value: T): Promise<void>;
}

export const pullKey = (number: number) => `pull:${number}`;
/** Of the gate that makes a merged commit the baseline. */
export const baselineGateId = (headSha: string) => `base-${headSha.slice(0, 16)}`;
export const shardKey = (gateId: string, shardId: string) => `${gateId}:${shardId}`;

/** Reads, changes and writes back until nobody came between. `change` returns undefined to leave the row as it is. */
export async function update<T>(
  rows: Rows<T>,
  repositoryId: number,
  key: string,
  change: (value: T) => T | undefined,
): Promise<T | undefined> {
  for (;;) {
    const stored = await rows.get(repositoryId, key);
    if (!stored) return undefined;
    const changed = change(stored.value);
    if (changed === undefined) return undefined;
    if (await rows.replace(repositoryId, key, stored, changed)) return changed;
  }
}
