import { redact } from "../redaction/redact.ts";
import type { AiRepository } from "../repository/ai-repository.ts";
import { canonicalJson } from "../repository/digest.ts";
import type { Route, RoutePick } from "../repository/route.ts";
import type { RouteMoves } from "./route-moves.ts";

/** How a route differs from what the base has under its name; redacted, for it is stored and shown. */
export interface RouteDiff {
  name: string;
  kind: "added" | "removed" | "changed";
  changes: { place: string; base?: string; head?: string }[];
  /** Absent where nobody looked. */
  moves?: RouteMoves;
}

/** Every route that does not say the same on both sides. */
export function routeDiffs(base: AiRepository, head: AiRepository): RouteDiff[] {
  const names = new Set([...base.routes, ...head.routes].map(({ name }) => name));
  return [...names].sort().flatMap((name) => {
    const [before, after] = [base, head].map(({ routes }) => routes.find((route) => route.name === name));
    if (before?.digest === after?.digest) return [];
    return [{ name, kind: !before ? "added" : !after ? "removed" : "changed", changes: changesOf(before, after) }];
  });
}

function changesOf(base: Route | undefined, head: Route | undefined): RouteDiff["changes"] {
  const [was, is] = [base, head].map((route) => (route ? placesOf(route) : new Map<string, string>()));
  return [...new Set([...(was?.keys() ?? []), ...(is?.keys() ?? [])])].flatMap((place) => {
    const [before, after] = [was?.get(place), is?.get(place)];
    if (before === after) return [];
    return [
      { place, ...(before === undefined ? {} : { base: before }), ...(after === undefined ? {} : { head: after }) },
    ];
  });
}

/** What a reader of the file would compare, place by place: rules by their ids, so that a new one moves no other. */
function placesOf({ owner, dataZones, targets, rules, default: otherwise }: Route): Map<string, string> {
  const places = new Map<string, string>();
  const add = (place: string, fields: Record<string, unknown>) => {
    for (const [key, value] of Object.entries(fields)) {
      const isEmpty =
        value === undefined || (typeof value === "object" && value !== null && Object.keys(value).length === 0);
      const text = typeof value === "string" ? value : canonicalJson(value);
      if (!isEmpty) places.set(redact(place + key).text, redact(text).text);
    }
  };
  add("", { owner, dataZones, "order of rules": rules.map(({ id }) => id).join(", ") || undefined });
  for (const [name, target] of Object.entries(targets)) add(`targets.${name}.`, target);
  for (const { id, ...rule } of rules) add(`rules.${id}.`, { ...rule, ...pickedText(rule) });
  add("default.", { ...otherwise, ...pickedText(otherwise) });
  return places;
}

function pickedText({ pick, fallback }: Route["default"]): { pick: string; fallback: string | undefined } {
  const text = fallback.map(({ target, on }) => `${target} after ${on.join(", ")}`).join("; ");
  return { pick: pickText(pick), fallback: text === "" ? undefined : text };
}

/** `mini 9 : large 1, sticky tenant, canary next 5 % (salt autumn)` */
function pickText({ targets, sticky, canary }: RoutePick): string {
  const weights = targets
    .map(({ target, weight }) => (targets.length > 1 ? `${target} ${weight}` : target))
    .join(" : ");
  const shared = sticky === "conversation" ? "" : `, sticky ${sticky}`;
  return `${weights}${shared}${canary ? `, canary ${canary.target} ${canary.percent} % (salt ${canary.salt})` : ""}`;
}
