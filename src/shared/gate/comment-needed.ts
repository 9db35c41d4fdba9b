import { withSafeUnit } from "./comment-metrics.ts";
import type { Block } from "./fit-blocks.ts";
import { code, inline, table } from "./markdown.ts";
import type { GateReport } from "./report.ts";
import { changeText, count, limitText } from "./units.ts";

const mostRows = 20;

/** What an inconclusive gate would need to be sure. */
export function neededBlock({ comparisons, verdict }: GateReport): Block {
  const name = "what it would take to be sure";
  if (verdict.verdict !== "inconclusive") return { name, texts: [] };
  const open = comparisons
    .filter(({ advisory }) => !advisory)
    .flatMap((own) =>
      own.verdict.metrics
        .filter((metric) => metric.judged && metric.verdict === "inconclusive")
        .map((metric) => ({ ...own, metric: withSafeUnit(metric) })),
    );
  const several = new Set(comparisons.map((own) => JSON.stringify([own.suite, own.prompt]))).size > 1;
  const rows = open.slice(0, mostRows).map(({ suite, prompt, metric, cases, repeats }) => {
    const { comparison, margin, mde, casesNeeded, repeatsNeeded, floor } = metric;
    const wanted = [casesNeeded ?? floor?.casesNeeded, repeatsNeeded].map((n) => n?.toLocaleString("en-US"));
    return [
      `${code(metric.name, 60)}${several ? ` of ${code(suite)} on ${code(prompt)}` : ""}`,
      comparison ? changeText(metric, comparison.rawDifference) : "–",
      limitText(metric, margin),
      limitText(metric, mde),
      `${(comparison?.cases ?? floor?.cases ?? cases).toLocaleString("en-US")}${wanted[0] ? `, needs ${wanted[0]}` : ""}`,
      `${repeats}${wanted[1] ? `, or needs ${wanted[1]}` : ""}`,
    ];
  });
  if (rows.length === 0)
    return { name, texts: verdict.reasons.slice(0, 1).map((reason) => `**To be sure**\n\n${inline(reason)}`) };
  const shown = table(["metric", "moved", "allowed loss", "sees losses from", "cases", "repeats"], rows, "lrrrrr");
  const more = open.length > mostRows ? ` ${count(open.length - mostRows, "more metric")} not shown.` : "";
  const text = `**What it would take to be sure**\n\n${shown}\n\nMore cases or more repeats in the suite settle it; running again does not, for the same samples give the same verdict.${more}`;
  return { name, texts: [text] };
}
