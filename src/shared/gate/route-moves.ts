import type { Clock } from "../clock.ts";
import type { Route } from "../repository/route.ts";
import type { DecisionStore } from "../routing/recorded-decision.ts";
import { createReplay, type Replay } from "../routing/replay-route.ts";
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
  steps: { from: string; to: string; calls: number }[];
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
      const shown = steps.slice(0, mostSteps).map((step) => ({ ...step, from: step.from.name, to: step.to.name }));
      return {
        ...diff,
        moves: { calls, moved, untold, overridden, hours, partly: found.next !== undefined, steps: shown },
      };
    }),
  );
}
