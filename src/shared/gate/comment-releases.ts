import type { Block } from "./fit-blocks.ts";
import { code, details, html, inline, table } from "./markdown.ts";
import type { GateReport } from "./report.ts";
import type { ShownRelease } from "./shown-release.ts";
import { count } from "./units.ts";

/** What the releases that the change touches would do, in the order in which they would do it. */
export function releaseBlock({ releases = [] }: Pick<GateReport, "releases">): Block {
  const text = (most: number) => releases.map((release) => planText(release, most)).join("\n\n");
  return { name: "the releases' plans", texts: releases.length === 0 ? [] : [text(50), text(8), text(0)] };
}

function planText(release: ShownRelease, most: number): string {
  const { name, stage, kind, commit, digest, steps, problems, marks = [] } = release;
  const flips = steps.filter(({ unchanged }) => !unchanged).length;
  const extent = kind === "removed" ? "removed; nothing is flipped" : `${count(flips, "flip")} at ${html(stage, 20)}`;
  const title = `Release <code>${html(name, 120)}</code>: ${extent}`;
  if (kind === "removed" || most === 0) return `- ${title}`;
  const rows = steps
    .slice(0, most)
    .map((step, index) => [
      `${index + 1}`,
      `${code(step.alias, 80)} (${step.kind})`,
      step.before === undefined ? "none" : code(step.before, 120),
      step.unchanged ? "the same" : code(step.to, 120),
      step.after.map((id) => code(id, 64)).join(", "),
    ]);
  const refused = problems.slice(0, most).map((problem) => `- refused for now: ${inline(problem, 300)}`);
  const sha = commit.replace(/[^0-9a-f]/gi, "").slice(0, 10);
  const lines = [
    table(["", "target", "before", "after", "waits for"], rows),
    ...(steps.length > most ? [`… and ${count(steps.length - most, "more target")}`] : []),
    ...(refused.length > 0 ? [refused.join("\n")] : []),
    ...(marks.length > 0 ? [marks.map((mark) => `- ${inline(mark, 400)}`).join("\n")] : []),
    `Plan ${code((digest ?? "").slice(0, 12))} of ${sha ? code(sha) : "this tree"}: an edit of the manifest, or of what it binds, makes it another plan.`,
  ];
  return details(title, lines.join("\n\n"), { open: steps.length <= 8 });
}
