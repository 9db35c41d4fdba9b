import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "csv-parse/sync";
import * as z from "zod";
import { dataFolder } from "../data-folder.ts";
import { UnclaimedError } from "./unclaimed.ts";

/** The recorded runs are shipped without their fourth one, under another folder name. */
const MOVED: Record<string, string> = { "datasets/rag-chat-4runs/runs.jsonl": "datasets/rag-chat-runs/runs.jsonl" };

const RunsRow = z.object({ runs: z.record(z.string(), z.record(z.string(), z.unknown())) });

/** The dataset's file; a dataset that is not there is no wrong answer. */
export function datasetFile(dataset: string): string {
  const found = [dataset, MOVED[dataset] ?? dataset].map((path) => join(dataFolder(), path)).find(existsSync);
  if (found === undefined) throw new UnclaimedError(`the dataset ${dataset} is not there`);
  return found;
}

/** One metric of two recorded runs, row by row; rows without a number on either side leave both. */
export function pairedRuns(dataset: string, base: string, head: string, metric: string): [number[], number[]] {
  const rows = readFileSync(datasetFile(dataset), "utf8")
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => RunsRow.parse(JSON.parse(line)).runs);
  for (const run of [base, head]) {
    if (rows.every((runs) => runs[run] === undefined)) throw new UnclaimedError(`${dataset} has no run ${run}`);
    if (rows.every((runs) => typeof runs[run]?.[metric] !== "number")) {
      throw new UnclaimedError(`run ${run} of ${dataset} has no ${metric}`);
    }
  }
  const pairs = rows.flatMap((runs) => {
    const [first, second] = [runs[base]?.[metric], runs[head]?.[metric]];
    return typeof first === "number" && typeof second === "number" ? [[first, second] as const] : [];
  });
  return [pairs.map(([first]) => first), pairs.map(([, second]) => second)];
}

/** Two columns of a table of 0 and 1. */
export function pairedColumns(dataset: string, base: string, head: string): [number[], number[]] {
  const rows = z
    .array(z.record(z.string(), z.string()))
    .parse(parse(readFileSync(datasetFile(dataset)), { columns: true, bom: true, skip_empty_lines: true }));
  const column = (name: string) => {
    if (rows.some((row) => row[name] === undefined)) throw new UnclaimedError(`${dataset} has no column ${name}`);
    return rows.map((row) => Number(row[name]));
  };
  return [column(base), column(head)];
}
