import type { ErrorClass, Fallback, Route, RoutePick, RouteTarget } from "../repository/route.ts";
import { bucketOf } from "./bucket.ts";
import { type Mismatch, mismatches } from "./match-when.ts";
import type { RouteContext } from "./schema.ts";

export interface NamedTarget extends RouteTarget {
  name: string;
}

/** One resolution, with everything that explains it. */
export interface Decision {
  route: string;
  /** Of the route's document. */
  digest: string;
  /** The rule's id, or `default`. */
  rule: string;
  /** Every earlier rule, and what the request lacked for it. */
  passedOver: { rule: string; because: Mismatch[] }[];
  /** What the target was drawn by; absent where there was nothing to draw, or nothing to draw by. */
  sticky?: { by: "conversationId" | "tenant" | "requestId"; asked: RoutePick["sticky"] };
  /** Each draw: where the key fell from 0 to 1, and of which salt. */
  draws: { salt: string; bucket: number; of: "canary" | "targets" }[];
  /** `forced`: by an operator, see `override.ts`. */
  arm: "only" | "canary" | "weighted" | "heaviest" | "forced";
  target: NamedTarget;
  /** The rule is switched off: this is the answer, and no target is called. */
  off?: { answer: string };
  /** What to try after an error of these classes, in order; never a target twice for one class. */
  fallback: { target: NamedTarget; on: ErrorClass[] }[];
}

/** The target of a request. The same route and context give the same decision, everywhere. @throws TypeError where a target is not declared (a finding) */
export function resolveRoute(route: Route, context: RouteContext): Decision {
  const passedOver: Decision["passedOver"] = [];
  for (const rule of route.rules) {
    const because = mismatches(rule.when, context);
    if (because.length === 0) return decide(route, rule.id, rule, passedOver, context);
    passedOver.push({ rule: rule.id, because });
  }
  return decide(route, "default", route.default, passedOver, context);
}

function decide(
  route: Route,
  rule: string,
  { pick, off, fallback }: { pick: RoutePick; off?: { answer: string } | undefined; fallback: Fallback[] },
  passedOver: Decision["passedOver"],
  context: RouteContext,
): Decision {
  const drawn = draw(`${route.name}/${rule}`, pick, context);
  const { target, ...how } = drawn;
  const chain = off ? [] : fallbackChain(fallback, target);
  return {
    route: route.name,
    digest: route.digest,
    rule,
    passedOver,
    ...how,
    target: targetOf(route, target),
    ...(off ? { off } : {}),
    fallback: chain.map((entry) => ({ on: entry.on, target: targetOf(route, entry.target) })),
  };
}

type Drawn = Pick<Decision, "sticky" | "draws" | "arm"> & { target: string };

function draw(place: string, { targets, sticky, canary }: RoutePick, context: RouteContext): Drawn {
  const live = targets.filter(({ weight }) => weight > 0);
  const heaviest = live.reduce(
    (most, next) => (next.weight > most.weight ? next : most),
    live[0] ?? { target: "", weight: 0 },
  );
  const drawsCanary = canary !== undefined && canary.percent > 0;
  if (live.length < 2 && !drawsCanary) return { draws: [], arm: "only", target: heaviest.target };
  const held = keyFor(sticky, context);
  // Without a key every call would fall anew: the arm that most requests take is the one that surprises least.
  if (!held) return { draws: [], arm: "heaviest", target: heaviest.target };
  const by = { by: held.by, asked: sticky };
  const draws: Decision["draws"] = [];
  if (drawsCanary) {
    const bucket = bucketOf(canary.salt, held.key);
    draws.push({ salt: canary.salt, bucket, of: "canary" });
    if (bucket * 100 < canary.percent) return { sticky: by, draws, arm: "canary", target: canary.target };
  }
  if (live.length < 2) return { sticky: by, draws, arm: "only", target: heaviest.target };
  // The weights' own salt: who is outside of the canary is spread as evenly as everyone.
  const salt = `${place}/targets`;
  const bucket = bucketOf(salt, held.key);
  draws.push({ salt, bucket, of: "targets" });
  return { sticky: by, draws, arm: "weighted", target: atPoint(live, bucket) };
}

function atPoint(live: readonly { target: string; weight: number }[], bucket: number): string {
  const point = bucket * live.reduce((sum, { weight }) => sum + weight, 0);
  let passed = 0;
  for (const { target, weight } of live) {
    passed += weight;
    if (point < passed) return target;
  }
  return live.at(-1)?.target ?? "";
}

/** The asked key; where the request lacks it the next narrower one, so that at least its retries stay. */
function keyFor(asked: RoutePick["sticky"], context: RouteContext) {
  const order = (
    {
      conversation: ["conversationId", "requestId"],
      tenant: ["tenant", "conversationId", "requestId"],
      none: ["requestId"],
    } as const
  )[asked];
  for (const by of order) {
    const key = context[by];
    if (key !== undefined) return { by, key };
  }
  return undefined;
}

/** A rule's fallback entries after a target, each class once a target and never back to the first. */
export function fallbackChain(fallback: readonly Fallback[], first: string): Fallback[] {
  const tried = new Set<string>();
  return fallback.flatMap(({ target, on }) => {
    const fresh = target === first ? [] : on.filter((reason) => !tried.has(`${reason} ${target}`));
    for (const reason of fresh) tried.add(`${reason} ${target}`);
    return fresh.length > 0 ? [{ target, on: fresh }] : [];
  });
}

function targetOf(route: Route, name: string): NamedTarget {
  const target = Object.hasOwn(route.targets, name) ? route.targets[name] : undefined;
  if (!target) throw new TypeError(`${route.path}: there is no target \`${name}\`; declare it under \`targets\``);
  return { name, ...target };
}
