import * as z from "zod";
import type { Route } from "../repository/route.ts";
import { type Decision, type NamedTarget, resolveRoute } from "./resolve-route.ts";
import type { RouteContext } from "./schema.ts";

const common = {
  id: z.string(),
  /** For requests of this feature alone. */
  feature: z.string().optional(),
  reason: z.string(),
  /** Who said so: login, or object id. */
  by: z.string(),
  at: z.string(),
  /** Nobody heeds it from then on. One that was ended early has the time of that. */
  until: z.string(),
};
const ForcedTarget = z.object({ kind: z.literal("target"), target: z.string(), ...common });
const SwitchedOff = z.object({ kind: z.literal("off"), answer: z.string(), ...common });

/** What an operator said of a route, above its rules: every request to one target, or none to any. */
export const Override = z.discriminatedUnion("kind", [ForcedTarget, SwitchedOff]);
export type Override = z.infer<typeof Override>;

/** A decision as its rules have it, unless an operator said otherwise. */
export interface Overridden extends Decision {
  /** With `off` no target is called: `target` is the one that the rules would have named. */
  override?: Override;
}

export function isActive(override: Override | undefined, now: Date): override is Override {
  return override !== undefined && Date.parse(override.until) > now.getTime();
}

/**
 * The target of a request under an override, whatever the time. One of another feature, or to a target that the document
 * does not have, is not heeded: the rules decide.
 */
export function resolveOverridden(route: Route, context: RouteContext, override: Override | undefined): Overridden {
  const decision = resolveRoute(route, context);
  if (!override || (override.feature !== undefined && override.feature !== context.feature)) return decision;
  const { off: _off, ...own } = decision;
  if (override.kind === "off") return { ...own, fallback: [], override };
  const target = forcedTarget(route, override.target);
  if (!target) return decision;
  const { sticky: _sticky, ...rest } = own;
  // What was forced is not left after an error: the targets that it was taken from may be what is wrong.
  return { ...rest, arm: "forced", draws: [], target, fallback: [], override };
}

function forcedTarget({ targets }: Route, name: string): NamedTarget | undefined {
  const target = Object.hasOwn(targets, name) ? targets[name] : undefined;
  return target && { name, ...target };
}

/** As a header's value, which holds no more than ASCII. */
export function overrideHeader(override: Override): string {
  return Buffer.from(JSON.stringify(override)).toString("base64url");
}

/** `ada forces large until 2026-11-21T14:00:00.000Z: mini is slow` */
export function overrideText({ by, until, reason, feature, ...override }: Override): string {
  const what = override.kind === "off" ? "switches it off" : `forces ${override.target}`;
  return `${by} ${what}${feature === undefined ? "" : ` for the feature ${feature}`} until ${until}: ${reason}`;
}

/** What is answered where no target is called, by an operator's word or by the route's own. */
export function offAnswer({
  override,
  off,
}: {
  override?: Override | undefined;
  off?: { answer: string } | undefined;
}): string | undefined {
  return override?.kind === "off" ? override.answer : off?.answer;
}
