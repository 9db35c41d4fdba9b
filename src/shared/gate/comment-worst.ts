import { answerTable } from "./answer-table.ts";
import type { Block } from "./fit-blocks.ts";
import { code, details, html, inline } from "./markdown.ts";
import type { GateReport, WorstCase } from "./report.ts";
import { count, listed, meanText } from "./units.ts";

const mostShown = 5;
const mostNamed = 12;

const titles = {
  fails: "**Cases that fail**, the worst first",
  fell: "**Cases that fell most** without crossing the pass line, by their mean over the repeats",
} as const;

type OneCase = [WorstCase, ...WorstCase[]];

/** What a verdict rests on where no flip shows it: a new prompt's failing cases, and losses in a part of the repeats. */
export function worstBlock({ worst = [], ...report }: GateReport): Block {
  const name = "the worst cases";
  if (worst.length === 0) return { name, texts: [] };
  const most = report.flips.length > 0 ? 2 : mostShown;
  const text = (shown: number, chars: number) =>
    (["fails", "fell"] as const)
      .flatMap((kind) => {
        const cases = byCase(worst.filter((own) => own.kind === kind));
        if (cases.length === 0) return [];
        const rest = cases.slice(shown).map(([{ caseId }]) => code(caseId));
        return [
          `${titles[kind]}:`,
          ...cases.slice(0, shown).map((own) => caseBlock(own, report, chars)),
          ...(rest.length > 0 ? [`${shown > 0 ? "Then" : "They are"}: ${listed(rest, mostNamed)}`] : []),
        ];
      })
      .join("\n\n");
  return { name, texts: [text(most, 700), text(Math.min(most, 3), 400), text(0, 0)] };
}

/** A case that fails several metrics with the same answer is shown once. */
function byCase(worst: readonly WorstCase[]): OneCase[] {
  const groups = new Map<string, OneCase>();
  for (const own of worst) {
    const key = JSON.stringify([own.suite, own.prompt, own.caseId, own.baseOutput, own.headOutput]);
    const known = groups.get(key);
    if (known) known.push(own);
    else groups.set(key, [own]);
  }
  return [...groups.values()];
}

function caseBlock(cases: OneCase, { comparisons }: Pick<GateReport, "comparisons">, chars: number): string {
  const [{ suite, prompt, caseId, segments, repeats, kind, input, baseOutput, headOutput }] = cases;
  const metrics = comparisons.find((own) => own.suite === suite && own.prompt === prompt)?.verdict.metrics;
  const shown = (name: string, score: number) => {
    const metric = metrics?.find((own) => own.name === name);
    return metric?.scale === "number" ? meanText(metric, score) : String(Number(score.toFixed(2)));
  };
  const scores = cases
    .slice(0, 6)
    .map(({ metric, baseScore, headScore }) =>
      [metric, ...(baseScore === undefined ? [] : [shown(metric, baseScore), "→"]), shown(metric, headScore)].join(" "),
    );
  const where = Object.entries(segments).map(([dimension, value]) => `${dimension} ${value}`);
  const of = repeats > 1 ? ` over ${count(repeats, "repeat")}` : "";
  const title = `${kind === "fails" ? "❌ fails" : "↘ fell"}: <code>${html(caseId, 120)}</code>${where.length > 0 ? ` (${html(where.join(", "), 120)})` : ""}, ${html(scores.join(", "), 300)}${of}`;
  const reasons = cases.flatMap(({ metric, reason }) =>
    reason ? [`- ${code(metric, 60)}: ${inline(reason, 300)}`] : [],
  );
  return details(
    title,
    [
      ...(reasons.length > 0 ? [reasons.slice(0, 6).join("\n")] : []),
      answerTable({ input, headOutput, ...(baseOutput === undefined ? {} : { baseOutput }) }, chars),
    ].join("\n\n"),
  );
}
