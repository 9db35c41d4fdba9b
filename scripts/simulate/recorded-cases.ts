import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { squadF1 } from "../../src/shared/evals/text-metrics/squad-f1.ts";
import type { MetricComparison } from "../../src/shared/gate/comparison.ts";
import { dataFolder } from "../data-folder.ts";

/** A metric of recorded data. */
export type RecordedMetric = Pick<MetricComparison, "name" | "scale" | "better">;

/** One case as it was really run: scores by metric for every recorded run. */
export interface RecordedCase {
  /** By row, not by question: the 200 rows hold 198 distinct questions. */
  key: string;
  runs: Record<string, number>[];
}

export interface Recording {
  metrics: RecordedMetric[];
  cases: RecordedCase[];
}

interface ChatRow {
  id: number;
  truth: string;
  runs: Record<string, { answer: string; gpt_groundedness: number; gpt_relevance: number }>;
}

/**
 * 200 questions to a real chat application, three recorded runs of one model. Judge scores of 1 to 5 become pass or fail
 * at 4; the third metric is the token F1 of the answer against the reference.
 */
export function chatRecording(): Recording {
  const rows = read("rag-chat-runs/runs.jsonl")
    .trim()
    .split("\n")
    .map((line): ChatRow => JSON.parse(line));
  return {
    metrics: [
      { name: "groundedness", scale: "binary", better: "higher" },
      { name: "relevance", scale: "binary", better: "higher" },
      { name: "f1", scale: "fraction", better: "higher" },
    ],
    cases: rows.map(({ id, truth, runs }) => ({
      key: `row-${id}`,
      runs: Object.values(runs).map(({ answer, gpt_groundedness, gpt_relevance }) => ({
        groundedness: gpt_groundedness >= 4 ? 1 : 0,
        relevance: gpt_relevance >= 4 ? 1 : 0,
        f1: squadF1(answer, truth),
      })),
    })),
  };
}

export type GradeSchoolSystem = "6b_finetuning" | "6b_verification" | "175b_finetuning" | "175b_verification";

/** Correctness (0 or 1) of four systems on the 1,319 problems of GSM8K, one recorded run each. */
export function gradeSchoolRecording(): { key: string; correct: Record<GradeSchoolSystem, number> }[] {
  const [header = "", ...lines] = read("gsm8k-4systems/correct.csv").trim().split("\n");
  const names = header.trim().split(",");
  return lines.map((line) => {
    const values = Object.fromEntries(line.split(",").map((cell, i) => [names[i] ?? "", Number(cell)]));
    const of = (system: GradeSchoolSystem) => values[system] ?? Number.NaN;
    return {
      key: `problem-${values.id}`,
      correct: {
        "6b_finetuning": of("6b_finetuning"),
        "6b_verification": of("6b_verification"),
        "175b_finetuning": of("175b_finetuning"),
        "175b_verification": of("175b_verification"),
      },
    };
  });
}

function read(path: string): string {
  const file = join(dataFolder(), "datasets", path);
  if (!existsSync(file)) throw new Error(`${file} is not there; set ASSAY_DATA to the folder that holds datasets/`);
  return readFileSync(file, "utf8");
}
