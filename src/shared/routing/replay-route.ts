import type { Route } from "../repository/route.ts";
import type { RecordedDecision } from "./recorded-decision.ts";
import { resolveRoute } from "./resolve-route.ts";
import { identityOf } from "./target-steps.ts";

/** A target as far as figures of eval runs tell it apart. */
export interface ReplayedTarget {
  name: string;
  deployment: string;
  version: string;
}

export interface Moves {
  calls: number;
  moved: number;
}

/** What a changed route does to recorded decisions. */
export interface Replay extends Moves {
  /** Decisions whose context was masked when it was stored: where they would go cannot be told. */
  untold: number;
  /** Decisions that an operator overrode: no rule made them. */
  overridden: number;
  /** Decisions of other routes in the same file. */
  others: number;
  /** By the recorded rule and the one that decides now. */
  rules: ({ from: string; to: string } & Moves)[];
  tenants: ({ tenant: string } & Moves)[];
  /** Calls that go from one target to another; those with other parameters alone among them. */
  steps: { from: ReplayedTarget; to: ReplayedTarget; calls: number }[];
}

export type ReplayedDecision = Omit<RecordedDecision, "contextDigest">;

/** Takes decisions one by one, so that a file of any size is replayed. */
export function createReplay(route: Route): { add(decision: ReplayedDecision): void; result(): Replay } {
  const counts = { calls: 0, moved: 0, untold: 0, overridden: 0, others: 0 };
  const rules = new Map<string, Replay["rules"][number]>();
  const tenants = new Map<string, Replay["tenants"][number]>();
  const steps = new Map<string, Replay["steps"][number]>();
  return {
    add(decision) {
      if (decision.route !== route.name) counts.others += 1;
      else if (decision.override) counts.overridden += 1;
      else if (decision.masked) counts.untold += 1;
      else replay(decision);
    },
    result: () => ({ ...counts, rules: most(rules), tenants: most(tenants), steps: most(steps) }),
  };

  function replay({ context, rule, ...recorded }: ReplayedDecision): void {
    const now = resolveRoute(route, context);
    const was = recorded.off ? nowhere : recorded.target;
    const is = now.off ? nowhere : { ...now.target, identity: identityOf(now.target) };
    const moved = is.identity === was.identity ? 0 : 1;
    counts.calls += 1;
    counts.moved += moved;
    count(rules, `${rule} ${now.rule}`, { from: rule, to: now.rule, calls: 0, moved: 0 }, moved);
    const tenant = context.tenant ?? "";
    count(tenants, tenant, { tenant, calls: 0, moved: 0 }, moved);
    if (moved === 0) return;
    const [from, to] = [named(was), named(is)];
    const step = steps.get(`${was.identity} ${is.identity}`) ?? { from, to, calls: 0 };
    step.calls += 1;
    steps.set(`${was.identity} ${is.identity}`, step);
  }
}

/** Where a rule is switched off: no model is asked. */
const nowhere = { name: "no target (off)", deployment: "", version: "", identity: "off" };

export function isNowhere({ deployment }: ReplayedTarget): boolean {
  return deployment === nowhere.deployment;
}

function named({ name, deployment, version }: ReplayedTarget): ReplayedTarget {
  return { name, deployment, version };
}

function count<T extends Moves>(rows: Map<string, T>, key: string, fresh: T, moved: number): void {
  const row = rows.get(key) ?? fresh;
  row.calls += 1;
  row.moved += moved;
  rows.set(key, row);
}

function most<T extends { calls: number; moved?: number }>(rows: Map<string, T>): T[] {
  return [...rows.values()].toSorted((a, b) => (b.moved ?? 0) - (a.moved ?? 0) || b.calls - a.calls);
}
