import type { CallLimits, Shard } from "../evals/shard.ts";
import type { AiRepository } from "../repository/ai-repository.ts";
import type { Policy } from "../repository/policy.ts";
import { affected, type Pair, pairsOf } from "./affected.ts";
import { blockingFindings, findingsFor, overBudget } from "./findings.ts";
import type { Plan } from "./plan.ts";
import { planPair } from "./plan-pair.ts";
import { judgesOf } from "./planned-judges.ts";
import { promptDiffs } from "./prompt-diffs.ts";
import { underNewNames } from "./renamed-prompts.ts";
import { routeDiffs } from "./route-diffs.ts";
import { policyFor, rulesFor } from "./rules-for.ts";
import type { Gate } from "./schema.ts";
import type { ShowReleases } from "./shown-release.ts";

export interface Planned {
  plan: Plan;
  shards: Shard[];
}

/** The two sides of a gate; a baseline has no base, and everything in it counts as changed. */
export interface Sides {
  base?: AiRepository;
  head: AiRepository;
  /** Paths of AI assets that differ between the sides. */
  changed?: string[];
}

/** The whole plan as data: nothing is called, and the same commits give the same plan. */
export function buildPlan(gate: Gate, sides: Sides, showReleases: ShowReleases = () => []): Planned {
  const { head } = sides;
  const base = sides.base && underNewNames(sides.base, head);
  const pairs = base ? affected(base, head) : pairsOf(undefined, head);
  const findings = findingsFor(sides, pairs, new Date(gate.createdAt));
  const runnable = blockingFindings(findings).length === 0 ? pairs : [];
  const commits = { base: gate.baseSha, head: gate.headSha };
  const { policy } = policyFor(base, head);
  const maxCalls = policy.caps.maxCallsPerRun;
  const planned = runnable.map((pair, index) => planPair(pair, { commits, gateId: gate.gateId, index, maxCalls }));
  const limits = callLimitsOf(policy);
  const shards = planned.flatMap((pair) => pair.shards.map((shard) => ({ ...shard, limits })));
  // Labels are policy: a pull request cannot calibrate the judge that judges it.
  const { labels } = base ?? head;
  return {
    shards,
    plan: {
      gateId: gate.gateId,
      ...rulesFor(base, head),
      runs: planned.flatMap((pair, index) =>
        pair.runs.map((run) => ({ ...run, ...promptOf(runnable[index], run.side === "base" ? base : head) })),
      ),
      comparisons: planned
        .flatMap((pair) => pair.comparisons)
        .map((one) => ({
          ...one,
          judges: judgesOf(one.metrics, labels),
          lineage: { ...one.lineage, files: suiteBlobs(one.suitePath, one.rules === "base" ? (base ?? head) : head) },
        })),
      edits: [...planned.flatMap((pair) => pair.edits), ...(base ? deletedUnseen(base, head, pairs) : [])],
      overBudget: overBudget(
        runnable.map((pair, index) => ({ pair, calls: planned[index]?.calls ?? 0 })),
        maxCalls,
      ),
      findings,
      diffs: base ? promptDiffs(base, head) : [],
      routeDiffs: base ? routeDiffs(base, head) : [],
      releases: base ? showReleases(base, head) : [],
    },
  };
}

/** A release binds the prompt's own digest; a run is on a prompt that is bound to its target. */
function promptOf(pair: Pair | undefined, repository: AiRepository | undefined): { promptDigest?: string } {
  const prompt = repository?.prompts.find(({ name }) => name === pair?.promptName);
  return prompt ? { promptDigest: prompt.contentDigest } : {};
}

/** Suites that go with the prompts that they measured: nothing is left to run them on, and who merges is to know. */
function deletedUnseen(base: AiRepository, head: AiRepository, pairs: readonly Pair[]): string[] {
  const named = new Set([...head.suites.map(({ name }) => name), ...pairs.map(({ suiteName }) => suiteName)]);
  return base.suites.filter(({ name }) => !named.has(name)).map(({ path }) => `${path}: the suite is deleted`);
}

/** A suite's own budget is kept by its gate (`spender`). */
function callLimitsOf({ caps, productionShare }: Policy): CallLimits {
  const { maxCostUsdPerRun, maxCostUsdPerDay } = caps;
  return {
    productionShare,
    ...(maxCostUsdPerRun === undefined ? {} : { maxCostUsdPerRun }),
    ...(maxCostUsdPerDay === undefined ? {} : { maxCostUsdPerDay }),
  };
}

/** The suite's files by their git SHA: with the commit they lead back to who wrote which case, and when. */
function suiteBlobs(path: string, { suites, files }: AiRepository): Record<string, string> {
  const suite = suites.find((own) => own.path === path);
  return Object.fromEntries(
    (suite?.files ?? []).flatMap((file) => {
      const sha = files.get(file);
      return sha === undefined ? [] : [[file, sha]];
    }),
  );
}
