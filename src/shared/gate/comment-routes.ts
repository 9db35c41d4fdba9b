import type { Block } from "./fit-blocks.ts";
import { code, details, html } from "./markdown.ts";
import type { GateReport } from "./report.ts";
import type { RouteDiff } from "./route-diffs.ts";
import { count } from "./units.ts";

/** A diff of at most this many changes is shown without a click. */
const shortDiff = 8;

/** How the routes themselves changed, place by place. */
export function routeBlock({ routes = [] }: GateReport): Block {
  const text = (most: number) => routes.map((diff) => routeDiff(diff, most)).join("\n\n");
  return { name: "the routes' diff", texts: routes.length === 0 ? [] : [text(60), text(15), text(0)] };
}

function routeDiff({ name, kind, changes }: RouteDiff, most: number): string {
  const extent = kind === "changed" ? count(changes.length, "change") : kind === "added" ? "new" : "removed";
  const title = `Route <code>${html(name, 120)}</code>: ${extent}`;
  if (most === 0 || kind === "removed") return `- ${title}`;
  const lines = changes
    .slice(0, most)
    .map(({ place, base, head }) => `- ${code(place)}: ${side(base)} → ${side(head)}`);
  if (changes.length > most) lines.push(`- … and ${count(changes.length - most, "more change")}`);
  const body = lines.join("\n") || "Only its description or metadata differs.";
  return details(title, body, { open: changes.length <= shortDiff });
}

const side = (text: string | undefined) => (text === undefined ? "none" : code(text, 200));
