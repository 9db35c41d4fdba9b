import { verdictWords } from "./comment-metrics.ts";
import type { MetricVerdict } from "./comparison.ts";
import type { Block } from "./fit-blocks.ts";
import { comparisonHeadline, floorPhrase, mustPassHeadline } from "./headline.ts";
import { code, inline, prose, table } from "./markdown.ts";
import type { GateReport, JudgedComparison } from "./report.ts";

const mostEdits = 15;
const mostRows = 12;
const mostFloors = 4;

/** What the pull request does to the bar that it is measured by, with the verdict under both rules. */
export function barBlock({ edits, comparisons }: GateReport): Block {
  const name = "the edits to the bar";
  if (edits.length === 0) return { name, texts: [] };
  const title = "**This change edits the bar that it is measured by**";
  const list = (most: number, longest: number) => [
    ...edits.slice(0, most).map((edit) => `- ${prose(named(edit, longest), longest + 40)}`),
    ...(edits.length > most ? [`- … and ${edits.length - most} more edits`] : []),
  ];
  const both = bothRules(comparisons);
  const text = (most: number, longest: number) =>
    [title, list(most, longest).join("\n"), ...(both ? [both] : [])].join("\n\n");
  return { name, texts: [text(mostEdits, 3_000), text(mostEdits, 300), text(3, 300)] };
}

/** Whole names, and how many more there are: an id that is cut in half names nothing. */
function named(edit: string, longest: number): string {
  if (edit.length <= longest) return edit;
  const end = edit.lastIndexOf(", ", longest);
  return end < 0 ? edit : `${edit.slice(0, end)} and ${edit.slice(end + 2).split(", ").length} more`;
}

function bothRules(comparisons: readonly JudgedComparison[]): string {
  const rows = comparisons
    .filter(({ rules }) => rules === "base")
    .flatMap((base) => {
      const head = comparisons.find(
        (own) => own.rules === "head" && own.suite === base.suite && own.prompt === base.prompt,
      );
      return head ? [[`${code(base.suite)} on ${code(base.prompt)}`, said(base, head), said(head, base)]] : [];
    });
  if (rows.length === 0) return "";
  const shown = table(["", "under the base's rules", "under the pull request's own"], rows.slice(0, mostRows));
  const more = rows.length > mostRows ? ` ${rows.length - mostRows} more are not shown.` : "";
  return `${shown}\n\nThe worse one counts. To move the bar, do it in a pull request of its own.${more}`;
}

/** The verdict under one side's rules, with the floors in which the other side's differ. */
function said(own: JudgedComparison, other: JudgedComparison): string {
  const { verdict } = own;
  // Which case it is has been said above.
  const held = mustPassHeadline(verdict);
  const headline = held ? `a case that must pass ${held.metric} does not` : comparisonHeadline(own);
  const why = verdict.verdict === "pass" ? "" : `: ${inline(headline, 200)}`;
  return [`${verdictWords[verdict.verdict]}${why}`, ...differingFloors(verdict.metrics, other)].join("<br>");
}

function differingFloors(metrics: readonly MetricVerdict[], { verdict: other }: JudgedComparison): string[] {
  return metrics
    .filter(({ name, floor, blocking }) => {
      const there = other.metrics.find((metric) => metric.name === name);
      return blocking && there !== undefined && there.floor?.threshold !== floor?.threshold;
    })
    .slice(0, mostFloors)
    .map((metric) => `floor of ${code(metric.name, 60)} ${inline(floorPhrase(metric), 120)}`);
}
