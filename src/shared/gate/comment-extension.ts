import { withSafeUnit } from "./comment-metrics.ts";
import type { MetricVerdict } from "./comparison.ts";
import type { Block } from "./fit-blocks.ts";
import { code, inline } from "./markdown.ts";
import type { GateReport } from "./report.ts";
import { count, limitText } from "./units.ts";

const mostLines = 10;

/** What an inconclusive gate drew of its own accord, why it drew no more, and margins that it had to compute. */
export function extensionBlock({ comparisons }: GateReport): Block {
  const lines = comparisons.flatMap(({ suite, prompt, rules, extended, notExtended, verdict }) => {
    const where = `${code(suite)} on ${code(prompt)}${rules === "head" ? ", under this pull request's rules" : ""}`;
    const said: string[] = [];
    if (extended) {
      const { from, to, reason } = extended;
      said.push(
        `**Extended** from ${from} to ${count(to, "repeat")} of each changed case: ${inline(reason, 300)} (${where})`,
      );
    }
    if (notExtended) said.push(`**Not extended further:** ${inline(notExtended, 300)} (${where})`);
    return [...said, ...marginNotes(verdict.metrics).map((note) => `${note} (${where})`)];
  });
  const text = (most: number) => {
    const more = lines.length > most ? [`… and ${lines.length - most} more`] : [];
    return [...lines.slice(0, most), ...more].join("\\\n");
  };
  return { name: "what was extended", texts: lines.length > 0 ? [text(mostLines), text(2)] : [] };
}

/** `margin: auto` that nobody has set yet: which number held here, and what it means. */
function marginNotes(metrics: readonly MetricVerdict[]): string[] {
  return metrics.flatMap((metric) => {
    if (metric.marginNote === undefined || !metric.judged) return [];
    const margin = limitText(withSafeUnit(metric), metric.margin);
    return [
      `**Margin of ${code(metric.name, 60)} is still \`auto\`:** ${margin} from base's noise; ${inline(metric.marginNote, 300)}`,
    ];
  });
}
