import { stripVTControlCharacters } from "node:util";
import * as z from "zod";
import { requireMetrics } from "../../evals/metrics.ts";
import {
  ClassificationOptions,
  type ClassificationReport,
  classificationReport,
} from "../../evals/suite-measures/classification-report.ts";
import { seededRandom } from "../../statistics/random.ts";
import { caseOf, type ReadShard } from "../case-texts.ts";
import type { CaseSamples } from "../judge.ts";
import { cut, visible } from "../markdown.ts";
import type { PlannedComparison } from "../plan.ts";

/** What a side's answers are worth as a classification: for each metric `label`, over the whole suite. */
export interface ClassFigures {
  suite: string;
  prompt: string;
  metric: string;
  side: "base" | "head";
  report: ClassificationReport;
}

const Classes = z.object({ classes: z.array(z.string()) });

/** Resampling a large suite a thousand times says no more than doing it two hundred times, and takes seconds. */
const resampledDecisions = 500_000;

/** Empty where the suite has no metric `label`. Holdout cases are counted; nothing of their texts is in it but the class. */
export async function classFigures(
  { suite, prompt, metrics }: PlannedComparison,
  cases: readonly CaseSamples[],
  readShard: ReadShard,
): Promise<ClassFigures[]> {
  const labels = requireMetrics(metrics).filter(({ evaluator }) => evaluator.id === "label");
  if (labels.length === 0) return [];
  const asked = await Promise.all(cases.map(async (own) => ({ own, item: await caseOf(own.planned, readShard) })));
  return labels.flatMap(({ name, options }) =>
    (["base", "head"] as const).flatMap((side): ClassFigures[] => {
      const inputs = asked.flatMap(({ own, item }) =>
        own[side].flatMap((sample) => (sample && item ? [{ case: item, sample }] : [])),
      );
      if (inputs.length === 0) return [];
      const draws = Math.min(1_000, Math.max(200, Math.floor(resampledDecisions / inputs.length)));
      const asks = ClassificationOptions.parse(Classes.parse(options));
      const report = classificationReport(inputs, asks, { random: seededRandom(1), draws });
      return [{ suite, prompt, metric: name, side, report }];
    }),
  );
}

const titles: Record<string, string> = {
  "macro-f1": "macro F1",
  "micro-f1": "micro F1",
  auc: "AUC",
  "calibration-error": "calibration error",
  brier: "Brier score",
};

/** As plain lines: each measure with its interval, then the confusion matrix, expected classes down, answered ones across. */
export function classLines({ metric, side, report }: ClassFigures): string[] {
  const figure = (value: number) => value.toFixed(3);
  const measures = Object.entries(report.measures).map(
    ([name, { value, lower, upper }]) =>
      `  ${(titles[name] ?? name).padEnd(17)} ${figure(value)}  95 % interval ${figure(lower)} to ${figure(upper)}`,
  );
  const { classes, counts } = report.matrix;
  const named = classes.map((name) => (name === "" ? "(no class)" : oneLine(name)));
  const cells = [["expected \\ answered", ...named], ...counts.map((row, i) => [named[i] ?? "", ...row.map(String)])];
  const widths = (cells[0] ?? []).map((_, column) => Math.max(...cells.map((row) => (row[column] ?? "").length)));
  const table = cells.map((row) =>
    `  ${row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join("  ")}`.trimEnd(),
  );
  return [`${oneLine(metric)} as a classification, ${side}`, ...measures, ...table];
}

/** A dataset's text may hold what moves a terminal's cursor. */
function oneLine(text: string): string {
  return cut(visible(stripVTControlCharacters(text)).replace(/\s+/g, " ").trim(), 40);
}
