import { isNowhere } from "../routing/replay-route.ts";
import type { Block } from "./fit-blocks.ts";
import { code, details, html, inline } from "./markdown.ts";
import type { GateReport } from "./report.ts";
import type { RouteDiff } from "./route-diffs.ts";
import type { RouteMoves } from "./route-moves.ts";
import { targetDifferenceText } from "./target-difference-text.ts";
import { count } from "./units.ts";

/** A diff of at most this many changes is shown without a click. */
const shortDiff = 8;
/** Suites that are shown of a step. */
const mostDifferences = 3;

/** How the routes themselves changed, place by place. */
export function routeBlock({ routes = [] }: Pick<GateReport, "routes">): Block {
  const text = (most: number) => routes.map((diff) => routeDiff(diff, most)).join("\n\n");
  return { name: "the routes' diff", texts: routes.length === 0 ? [] : [text(60), text(15), text(0)] };
}

function routeDiff({ name, kind, changes, moves }: RouteDiff, most: number): string {
  const extent = kind === "changed" ? count(changes.length, "change") : kind === "added" ? "new" : "removed";
  const title = `Route <code>${html(name, 120)}</code>: ${extent}`;
  const moved = moves ? movesText(moves) : undefined;
  if (most === 0 || kind === "removed") return `- ${title}${moved ? `. ${moved}` : ""}`;
  const lines = changes
    .slice(0, most)
    .map(({ place, base, head }) => `- ${code(place)}: ${side(base)} → ${side(head)}`);
  if (changes.length > most) lines.push(`- … and ${count(changes.length - most, "more change")}`);
  const changed = lines.join("\n") || "Only its description or metadata differs.";
  const measured = (moves?.steps ?? []).flatMap(differenceLines).join("\n");
  const body = [moved, measured, changed].filter(Boolean).join("\n\n");
  return details(title, body, { open: changes.length <= shortDiff });
}

/** What the change would have done to recorded calls. */
function movesText({ calls, moved, steps, hours, partly, untold, overridden }: RouteMoves): string {
  const masked = untold > 0 ? ` ${count(untold, "more call")} cannot be told.` : "";
  const under = overridden > 0 ? ` ${count(overridden, "more call")} ${overriddenText(overridden)}.` : "";
  if (calls === 0)
    return `Calls moved: unknown, for none that can be told was recorded in the last ${hours} hours.${masked}${under}`;
  const which = steps.map((step) => `${movedFrom(step)} ${step.calls}`).join(", ");
  const of = `${partly ? "the first " : ""}${count(calls, "call")} recorded in the last ${hours} hours`;
  return `Calls moved: ${moved} of ${of}${which ? `: ${which}` : ""}.${masked}${under}`;
}

/** Calls that no rule decided. */
export const overriddenText = (calls: number) => `${calls === 1 ? "was" : "were"} decided by an operator's override`;

type Step = RouteMoves["steps"][number];

function differenceLines(step: Step): string[] {
  if (isNowhere(step.from) || isNowhere(step.to)) return [];
  if (step.differences.length === 0)
    return [`- ${movedFrom(step)}: cost, latency and score unknown, for no eval run has both targets`];
  return step.differences
    .slice(0, mostDifferences)
    .map(
      (own) =>
        `- ${movedFrom(step)}, ${code(own.suite)} on ${code(own.prompt)}: ${inline(targetDifferenceText(own), 300)}`,
    );
}

const movedFrom = ({ from, to }: Step) => `${code(from.name)} → ${code(to.name)}`;

const side = (text: string | undefined) => (text === undefined ? "none" : code(text, 200));
