import { digestOf } from "../repository/digest.ts";
import type { PromptParameters } from "../repository/prompt.ts";
import type { Route, RoutePick, When } from "../repository/route.ts";
import { createSearchBudget, findContext } from "./find-context.ts";
import { fallbackChain } from "./resolve-route.ts";

/** What decides a target's answers. */
export interface CalledTarget {
  name: string;
  deployment: string;
  version?: string;
  /** Of the model, where a release says which one the deployment runs. */
  modelName?: string;
  /** Of the model, as the route's target says. */
  model?: string;
  parameters: PromptParameters;
}

/** What a prompt's requests are sent by: its route, or its one model. */
export interface Routing {
  targets: Record<string, Omit<CalledTarget, "name">>;
  rules: Pick<Route["rules"][number], "when" | "pick" | "off" | "fallback">[];
  default: Pick<Route["default"], "pick" | "off" | "fallback">;
}

/** Requests that go to `head`, and where they go before the change; the same target where nothing moves them. */
export interface TargetStep {
  base?: CalledTarget;
  head: CalledTarget;
}

/** A prompt that names its model goes nowhere else. */
export function routingOfModel({ deployment, version }: { deployment: string; version?: string }): Routing {
  const pick = { targets: [{ target: deployment, weight: 1 }], sticky: "conversation" as const };
  const target = { deployment, ...(version === undefined ? {} : { version }), parameters: {} };
  return { targets: { [deployment]: target }, rules: [], default: { pick, fallback: [] } };
}

/**
 * Every target that traffic can reach at the head, fallbacks among them, each with where its requests come from. Kinds of
 * requests are told apart by the two rules that they meet, at the base and at the head; requests whose share on a target grows
 * come from the target of the same name where that lost some, or else from the one that lost most.
 */
export function targetSteps(base: Routing | undefined, head: Routing): TargetStep[] {
  const steps = new Map<string, TargetStep>();
  const add = (step: TargetStep) => {
    const key = `${step.base ? identityOf(step.base) : ""} ${identityOf(step.head)}`;
    if (!steps.has(key)) steps.set(key, step);
  };
  const budget = createSearchBudget();
  for (const after of branchesOf(head)) {
    if (!base) {
      if (findContext([after.when], after.earlier, budget) === "none") continue;
      for (const target of [...after.shares.keys(), ...after.fallback]) add({ head: target });
      continue;
    }
    for (const before of branchesOf(base)) {
      const met = findContext([before.when, after.when], [...before.earlier, ...after.earlier], budget);
      // What takes too long to tell is run: a call too many is cheaper than a target that nobody has looked at.
      if (met !== "none") for (const step of stepsBetween(before, after)) add(step);
    }
  }
  return [...steps.values()];
}

export function identityOf({ deployment, version, parameters }: CalledTarget): string {
  return digestOf({ deployment, version, parameters });
}

/** A rule or the default: which requests meet it, and which share of them goes where. */
interface Branch {
  when: When;
  earlier: When[];
  shares: Map<CalledTarget, number>;
  fallback: CalledTarget[];
}

function branchesOf({ targets, rules, default: otherwise }: Routing): Branch[] {
  const declared = new Map(Object.entries(targets).map(([name, target]) => [name, { name, ...target }]));
  const branch = (when: When, earlier: When[], { pick, off, fallback }: Routing["default"]): Branch => {
    const shares = off ? new Map<CalledTarget, number>() : sharesOf(pick, declared);
    const chains = [...shares.keys()].flatMap(({ name }) => fallbackChain(fallback, name));
    const fallbacks = [...new Set(chains.map(({ target }) => declared.get(target)))];
    return { when, earlier, shares, fallback: fallbacks.flatMap((target) => target ?? []) };
  };
  const whens = rules.map(({ when }) => when);
  return [...rules.map((rule, index) => branch(rule.when, whens.slice(0, index), rule)), branch({}, whens, otherwise)];
}

function sharesOf({ targets, canary }: RoutePick, declared: ReadonlyMap<string, CalledTarget>): Branch["shares"] {
  const shares = new Map<CalledTarget, number>();
  const give = (name: string, share: number) => {
    const target = declared.get(name);
    if (target && share > 0) shares.set(target, (shares.get(target) ?? 0) + share);
  };
  const total = targets.reduce((sum, { weight }) => sum + weight, 0);
  const drawn = (canary?.percent ?? 0) / 100;
  for (const { target, weight } of targets) give(target, total === 0 ? 0 : ((1 - drawn) * weight) / total);
  if (canary) give(canary.target, drawn);
  return shares;
}

function stepsBetween(before: Branch, after: Branch): TargetStep[] {
  const had = byIdentity(before.shares);
  const has = byIdentity(after.shares);
  const gain = (target: CalledTarget) =>
    (has.get(identityOf(target))?.share ?? 0) - (had.get(identityOf(target))?.share ?? 0);
  const losers = [...before.shares.keys()].filter((target) => gain(target) < -1e-9).sort((a, b) => gain(a) - gain(b));
  const from = (name: string, others: readonly CalledTarget[]) =>
    [...losers, ...others].find((target) => target.name === name) ?? losers[0] ?? others[0];
  const picked = [...has.values()].map(({ target }): TargetStep => {
    const same = had.get(identityOf(target))?.target;
    const source = gain(target) > 1e-9 ? from(target.name, []) : same;
    return { ...(source ? { base: source } : {}), head: target };
  });
  // A prompt that changes with its route is judged on the target that it keeps, too.
  const kept = [...has.values()].flatMap(({ target }) => {
    const same = had.get(identityOf(target))?.target;
    return same ? [{ base: same, head: target }] : [];
  });
  const known = [...before.shares.keys(), ...before.fallback];
  const fallen = after.fallback.map((target): TargetStep => {
    const same = known.find((other) => identityOf(other) === identityOf(target));
    const source = same ?? known.find(({ name }) => name === target.name) ?? heaviest(before.shares);
    return { ...(source ? { base: source } : {}), head: target };
  });
  return [...picked, ...kept, ...fallen];
}

function byIdentity(shares: Branch["shares"]): Map<string, { target: CalledTarget; share: number }> {
  const found = new Map<string, { target: CalledTarget; share: number }>();
  for (const [target, share] of shares) {
    const known = found.get(identityOf(target));
    found.set(identityOf(target), { target: known?.target ?? target, share: (known?.share ?? 0) + share });
  }
  return found;
}

function heaviest(shares: Branch["shares"]): CalledTarget | undefined {
  return [...shares].toSorted(([, a], [, b]) => b - a)[0]?.[0];
}
