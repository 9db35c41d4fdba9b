import { existsSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import * as z from "zod";
import { messageOf } from "../../src/shared/errors.ts";
import { dataFolder } from "../data-folder.ts";
import { computeRow } from "./metric-dialects.ts";
import { type DatasetRow, MetricFile, type MetricRow } from "./metric-file.ts";
import type { RowCheck } from "./row-check.ts";
import { UnclaimedError } from "./unclaimed.ts";

/** Whether the file is shaped like metric-conformance.json. */
export function isMetricFile(file: unknown): boolean {
  const parsed = MetricFile.safeParse(file);
  return parsed.success && parsed.data.rows.length + parsed.data.dataset_rows.length > 0;
}

/** Every row recomputed by the product's own functions and compared within the row's absolute tolerance. */
export function checkMetricFile(file: unknown): RowCheck[] {
  const { rows, dataset_rows } = MetricFile.parse(file);
  return [...rows.map(checkMetricRow), ...dataset_rows.map(checkDatasetRow)];
}

export function checkMetricRow(row: MetricRow): RowCheck {
  return checked(row.id, () => {
    const { expected, tolerance } = row;
    const found = computeRow(row);
    const parts: [number, number][] =
      typeof expected === "number"
        ? [[typeof found === "number" ? found : found.f, expected]]
        : typeof found === "number"
          ? [[found, expected.f]]
          : [
              [found.precision, expected.precision],
              [found.recall, expected.recall],
              [found.f, expected.f],
            ];
    return { right: parts.every((pair) => within(pair, tolerance)), detail: shown(parts) };
  });
}

const RecordedRow = z.object({ truth: z.string(), runs: z.record(z.string(), z.object({ answer: z.string() })) });

function checkDatasetRow(row: DatasetRow): RowCheck {
  return checked(`${row.dataset} ${row.run} ${row.metric}`, () => {
    const [metric = "", dialect = ""] = row.metric.split("/");
    const scores = recordedRows(row.dataset).map((recorded) => {
      const answer = recorded.runs[row.run]?.answer;
      if (answer === undefined) throw new UnclaimedError(`the run ${row.run} is not in the data`);
      const params = { id: "", tokenizer: "", params: {}, expected: 0, tolerance: 0 };
      const found = computeRow({ ...params, metric, dialect, prediction: answer, references: [recorded.truth] });
      return typeof found === "number" ? found : found.f;
    });
    const mean = scores.reduce((a, b) => a + b, 0) / scores.length;
    const firsts = row.first5.map((expected, i): [number, number] => [scores[i] ?? Number.NaN, expected]);
    const parts: [number, number][] = [[scores.length, row.n], [mean, row.mean], ...firsts];
    return { right: parts.every((pair) => within(pair, row.tolerance)), detail: shown(parts.slice(0, 2)) };
  });
}

/** The file names the folder `rag-chat-4runs`; what may be passed on of it is `rag-chat-runs`, without its fourth run. */
function recordedRows(dataset: string): z.infer<typeof RecordedRow>[] {
  const asked = join(dataFolder(), dataset);
  const path = existsSync(asked) ? asked : asked.replace(/-4runs(?=[\\/])/, "-runs");
  if (!existsSync(path)) throw new UnclaimedError(`the dataset ${basename(dirname(asked))} is not here`);
  const lines = readFileSync(path, "utf8").split("\n");
  return lines.filter((line) => line.trim() !== "").map((line) => RecordedRow.parse(JSON.parse(line)));
}

function checked(id: string, compare: () => { right: boolean; detail: string }): RowCheck {
  try {
    const { right, detail } = compare();
    return { id, outcome: right ? "right" : "wrong", detail };
  } catch (error) {
    return { id, outcome: error instanceof UnclaimedError ? "unclaimed" : "wrong", detail: messageOf(error) };
  }
}

function within([found, expected]: [number, number], tolerance: number): boolean {
  return Math.abs(found - expected) <= tolerance;
}

function shown(parts: readonly [number, number][]): string {
  return parts.map(([found, expected]) => `${found} for ${expected}`).join(", ");
}
