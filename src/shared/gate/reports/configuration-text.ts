import { visible } from "../markdown.ts";
import type { GateReport } from "../report.ts";
import { count } from "../units.ts";

/** What a change does to routes and releases, in lines of plain text; none where it touches neither. */
export function configurationLines({ routes = [], releases = [] }: Pick<GateReport, "routes" | "releases">): string[] {
  return [...routes.flatMap(routeLines), ...releases.flatMap(releaseLines)].map((line) => visible(line));
}

function routeLines({ name, kind, changes }: NonNullable<GateReport["routes"]>[number]): string[] {
  const extent = kind === "changed" ? count(changes.length, "change") : kind === "added" ? "new" : "removed";
  const places = kind === "removed" ? [] : changes;
  return [
    `route ${name}: ${extent}`,
    ...places.map(({ place, base = "none", head = "none" }) => `  ${place}: ${base} → ${head}`),
  ];
}

function releaseLines(release: NonNullable<GateReport["releases"]>[number]): string[] {
  const { name, stage, kind, digest = "", steps, problems } = release;
  if (kind === "removed") return [`release ${name}: removed; nothing is flipped`];
  const flips = steps.filter(({ unchanged }) => !unchanged).length;
  return [
    `release ${name}: ${count(flips, "flip")} of ${count(steps.length, "target")} at ${stage}, plan ${digest.slice(0, 12)}`,
    ...steps.map(({ id, kind: of, alias, after, before = "none", to, unchanged }, index) => {
      const waits = after.length > 0 ? `, after ${after.join(", ")}` : "";
      return `  ${index + 1}. ${id} (${of} ${alias})${waits}: ${unchanged ? `serves ${to} already` : `${before} → ${to}`}`;
    }),
    ...problems.map((problem) => `  refused for now: ${problem}`),
  ];
}
