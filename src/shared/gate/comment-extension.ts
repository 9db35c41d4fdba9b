import type { Block } from "./fit-blocks.ts";
import { code, inline } from "./markdown.ts";
import type { GateReport } from "./report.ts";
import { count } from "./units.ts";

const mostLines = 10;

/** What an inconclusive gate drew of its own accord, and why it drew no more. */
export function extensionBlock({ comparisons }: GateReport): Block {
  const lines = comparisons.flatMap(({ suite, prompt, rules, extended, notExtended }) => {
    const where = `${code(suite)} on ${code(prompt)}${rules === "head" ? ", under this pull request's rules" : ""}`;
    const said: string[] = [];
    if (extended) {
      const { from, to, reason } = extended;
      said.push(
        `**Extended** from ${from} to ${count(to, "repeat")} of each changed case: ${inline(reason, 300)} (${where})`,
      );
    }
    if (notExtended) said.push(`**Not extended further:** ${inline(notExtended, 300)} (${where})`);
    return said;
  });
  const text = (most: number) => {
    const more = lines.length > most ? [`… and ${lines.length - most} more`] : [];
    return [...lines.slice(0, most), ...more].join("\\\n");
  };
  return { name: "what was extended", texts: lines.length > 0 ? [text(mostLines), text(2)] : [] };
}
