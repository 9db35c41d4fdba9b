import { digestOf } from "../repository/digest.ts";
import { createFinding, type Finding } from "../repository/finding.ts";
import type { Route, RouteTarget, When } from "../repository/route.ts";
import { fallbackChain } from "./resolve-route.ts";
import { type Branch, type Naming, namingsOf, placeOf } from "./route-places.ts";

/** The targets that a rule or the default names: whether they are there, can be reached, and can take what is sent. */
export function lintTargets(route: Route, branch: Branch): Finding[] {
  const namings = namingsOf(branch);
  const unknown = namings.flatMap(({ target, key }) => {
    if (Object.hasOwn(route.targets, target)) return [];
    const known = Object.keys(route.targets).slice(0, 8).join(", ");
    return [
      createFinding(
        "route/unknown-target",
        placeOf(route, key),
        `There is no target \`${target}\`.`,
        `Declare \`${target}\` under \`targets\`, or name one of: ${known}.`,
      ),
    ];
  });
  return [
    ...unknown,
    ...lintTwice(route, branch),
    ...lintWeights(route, branch),
    ...lintLoops(route, branch),
    ...lintFit(route, branch, namings),
  ];
}

function lintTwice(route: Route, { key, name, pick }: Branch): Finding[] {
  return pick.targets.flatMap(({ target }, index) => {
    if (pick.targets.findIndex((other) => other.target === target) === index) return [];
    const at = placeOf(route, `${key}.pick.targets.${index}.target`);
    return [createFinding("route/duplicate-target", at, `\`${name}\` lists \`${target}\` twice.`)];
  });
}

function lintWeights(route: Route, { key, name, pick }: Branch): Finding[] {
  if (pick.targets.some(({ weight }) => weight > 0)) return [];
  return [
    createFinding("route/zero-weights", placeOf(route, `${key}.pick.targets`), `All weights of \`${name}\` are 0.`),
  ];
}

/** An entry is a loop where no target that the rule can choose has anything new in it. */
function lintLoops(route: Route, branch: Branch): Finding[] {
  const chosen = namingsOf(branch).filter(({ as, live }) => as !== "fallback" && live);
  if (chosen.length === 0 || branch.fallback.length === 0) return [];
  const firsts = firstNames(route);
  const nameOf = (target: string) => firsts.get(target) ?? target;
  const fallback = branch.fallback.map(({ target, on }) => ({ target: nameOf(target), on }));
  return fallback.flatMap(({ target: same, on }, index) => {
    const upTo = fallback.slice(0, index + 1);
    const adds = chosen.some(({ target }) => {
      const first = nameOf(target);
      const before = fallbackChain(upTo.slice(0, -1), first).flatMap((entry) => entry.on);
      return fallbackChain(upTo, first).flatMap((entry) => entry.on).length === before.length + on.length;
    });
    if (adds) return [];
    const target = branch.fallback[index]?.target ?? same;
    const why = same === target ? "" : `: it is \`${same}\` by another name`;
    const message = `The fallback to \`${target}\` leads back to a target that was tried already${why}.`;
    return [createFinding("route/fallback-loop", placeOf(route, `${branch.key}.fallback.${index}.target`), message)];
  });
}

/** Of each declared target, the first name under which the same call is declared. */
function firstNames({ targets }: Route): Map<string, string> {
  const seen = new Map<string, string>();
  const names = Object.entries(targets).map(([name, target]) => {
    const digest = digestOf(target);
    const first = seen.get(digest) ?? name;
    seen.set(digest, first);
    return [name, first] as const;
  });
  return new Map(names);
}

function lintFit(route: Route, branch: Branch, namings: readonly Naming[]): Finding[] {
  const size = branch.rule?.when.promptTokens;
  const picked = namings.filter(({ as, live }) => as !== "fallback" && live);
  const windowsOf = (some: readonly { target: string }[]) =>
    some.map(({ target }) => declared(route, target)?.contextWindow ?? 0);
  const sent = {
    size,
    narrowest: Math.min(...windowsOf(picked)),
    widest: Math.max(0, ...windowsOf(picked)),
    rescued: Math.max(0, ...windowsOf(branch.fallback.filter(({ on }) => on.includes("contextLength")))),
  };
  return namings.flatMap((naming) => {
    const target = declared(route, naming.target);
    if (!target || !naming.live) return [];
    const at = placeOf(route, naming.key);
    // Those that take more of the same requests; one that takes few may well hold more: that is what it tries.
    const heavier = branch.pick.targets.filter(({ weight }) => weight > naming.weight);
    const smaller = windowProblem(naming, target, { ...sent, shared: Math.max(0, ...windowsOf(heavier)) });
    const zone = zoneProblem(naming.target, target, branch.dataZones);
    return [
      ...(smaller ? [createFinding("route/smaller-context-window", at, smaller)] : []),
      ...(zone ? [createFinding("route/data-residency", at, zone)] : []),
    ];
  });
}

/** What a rule can send to its targets, in tokens. */
interface Sent {
  size: When["promptTokens"];
  /** Of all that it chooses from: the smallest window and the largest. */
  narrowest: number;
  widest: number;
  /** The largest window among the weighted targets that take more of the same requests; all of them, for a canary. */
  shared: number;
  /** The largest window that it falls back to where a prompt is too long. */
  rescued: number;
}

function windowProblem(
  { target: name, as, on = [] }: Naming,
  { contextWindow, parameters }: RouteTarget,
  { size, narrowest, widest, shared, rescued }: Sent,
): string | undefined {
  const holds = contextWindow - (parameters.maxOutputTokens ?? 0);
  const own = `\`${name}\` holds ${contextWindow} tokens${holds === contextWindow ? "" : `, ${holds} without its answer`}`;
  if (size?.atLeast !== undefined && size.atLeast > holds)
    return `${own}, and the rule is for prompts of ${size.atLeast} and more.`;
  if (on.includes("contextLength") && contextWindow <= narrowest)
    return `${own}, no more than what it stands in for after \`contextLength\`.`;
  if (size?.below !== undefined && size.below - 1 <= holds) return undefined;
  if (as === "fallback")
    return contextWindow < widest ? `${own}, and stands in for a target that holds ${widest}.` : undefined;
  if (contextWindow >= shared || rescued >= shared) return undefined;
  return `${own}, and shares requests with a heavier target that holds ${shared}.`;
}

function zoneProblem(name: string, { dataZone }: RouteTarget, allowed: string[] | undefined): string | undefined {
  if (!allowed || (dataZone !== undefined && allowed.includes(dataZone))) return undefined;
  const zones = allowed.join(", ");
  return dataZone === undefined
    ? `\`${name}\` does not say its \`dataZone\`; allowed is ${zones}.`
    : `\`${name}\` lies in ${dataZone}; allowed is ${zones}.`;
}

function declared(route: Route, name: string): RouteTarget | undefined {
  return Object.hasOwn(route.targets, name) ? route.targets[name] : undefined;
}
