import type { Clock } from "../clock.ts";
import type { Route } from "../repository/route.ts";
import type { DecisionStore } from "../routing/recorded-decision.ts";
import { createReplay, type Replay } from "../routing/replay-route.ts";
import { type TargetDifference, type TargetFigures, targetDifferences } from "../routing/target-differences.ts";
import { unresolvable } from "../routing/unresolvable.ts";
import type { RouteDiff } from "./route-diffs.ts";

const hours = 24;
/** Decisions that one route's replay reads. */
const mostDecisions = 5000;
const mostSteps = 5;

/** What a changed route would have done to the decisions of the last day. */
export interface RouteMoves extends Pick<Replay, "calls" | "moved" | "untold" | "overridden"> {
  hours: number;
  /** There were more decisions than these. */
  partly: boolean;
  /** Calls that go from one target to another, and what eval runs of both show; no differences: unknown. */
  steps: (Replay["steps"][number] & { differences: TargetDifference[] })[];
}

/** The diffs of changed routes, each with the recorded calls that it would move. */
export async function withMoves(
  repositoryId: number,
  diffs: readonly RouteDiff[],
  routes: readonly Route[],
  { decisions, clock }: { decisions?: Pick<DecisionStore, "list">; clock: Clock },
): Promise<RouteDiff[]> {
  if (!decisions) return [...diffs];
  const from = new Date(clock.now().getTime() - hours * 3_600_000);
  return Promise.all(
    diffs.map(async (diff) => {
      const route = routes.find(({ name }) => name === diff.name);
      if (diff.kind !== "changed" || !route || unresolvable(route).length > 0) return diff;
      const found = await decisions.list(repositoryId, route.name, { from, limit: mostDecisions });
      const replay = createReplay(route);
      for (const decision of found.decisions) replay.add(decision);
      const { calls, moved, untold, overridden, steps } = replay.result();
      const shown = steps.slice(0, mostSteps).map((step) => ({ ...step, differences: [] }));
      return {
        ...diff,
        moves: { calls, moved, untold, overridden, hours, partly: found.next !== undefined, steps: shown },
      };
    }),
  );
}

/** The same, with what these eval runs say of the two targets of each step. */
export function withDifferences(diffs: readonly RouteDiff[], figures: readonly TargetFigures[]): RouteDiff[] {
  return diffs.map((diff) => {
    if (!diff.moves) return diff;
    const steps = diff.moves.steps.map((step) => ({ ...step, differences: targetDifferences(step, figures) }));
    return { ...diff, moves: { ...diff.moves, steps } };
  });
}
