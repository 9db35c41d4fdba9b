import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import * as z from "zod";
import { messageOf } from "../shared/errors.ts";
import { jsonReport } from "../shared/gate/reports/render-report.ts";
import type { RunReport } from "../shared/gate/reports/run-report.ts";
import type { TreeEntry } from "../shared/repository/repository-reader.ts";
import type { LocalServices } from "../shared/services/local-services.ts";
import { UsageError } from "./usage-error.ts";

/** Where a checkout's runs and samples are kept; git is told to leave it alone. */
export const stateFolder = ".assay";

const File = z.object({
  path: z.string(),
  mode: z.string(),
  type: z.string(),
  sha: z.string(),
  size: z.number().optional(),
});

/** What a run asked, complete: its files by content, and where its samples lie. */
export const RunRecord = z.object({
  schema: z.literal("assay/run/v1"),
  runId: z.string(),
  startedAt: z.string(),
  endpoint: z.string(),
  /** What was asked in place of the prompts' own deployments. */
  model: z.string().optional(),
  suite: z.string(),
  caseIds: z.array(z.string()).optional(),
  /** The files that the AI repository was made of; their content is kept beside, by SHA. */
  files: z.array(File),
  samplesFolder: z.string(),
  /** Case, request digest and repeat of every sample that the run stands for. */
  samples: z.array(z.string()),
  /** Those of them that never came: calls without an answer, or never made. */
  unanswered: z.array(z.string()).default([]),
  /** Cases of a suite that is too large for its samples to be listed. */
  streamed: z.int().optional(),
  verdict: z.string(),
  failing: z.array(z.string()),
});
export type RunRecord = z.infer<typeof RunRecord>;

type Files = LocalServices["files"];

export function createRunId(at: Date): string {
  // The order of ids is the order of time. Only runs that begin in one millisecond must differ otherwise; a secure number
  // costs tens of milliseconds at the start.
  const suffix = Math.floor(Math.random() * 0x10000)
    .toString(16)
    .padStart(4, "0");
  return `${at.toISOString().replace(/[-:.]/g, "").replace("T", "-").slice(0, 18)}-${suffix}`;
}

/** The folder, made where it is missing. @throws UsageError where it cannot be */
export function openState(root: string): string {
  const folder = path.join(root, stateFolder);
  try {
    mkdirSync(folder, { recursive: true });
    const ignore = path.join(folder, ".gitignore");
    if (!existsSync(ignore)) writeFileSync(ignore, "*\n");
  } catch (thrown) {
    throw new UsageError(
      `The folder ${folder} cannot be written to: ${messageOf(thrown)}`,
      "What is asked is kept there: remove what is in its place, or make room.",
    );
  }
  return folder;
}

/** The content first, the record last: a record that is there is complete. */
export async function keepRun(
  record: RunRecord,
  run: RunReport,
  contentOf: (sha: string) => Promise<Uint8Array>,
  files: Files,
): Promise<void> {
  for (const { sha } of record.files) {
    if ((await files.get(objectPath(sha))) === undefined) await files.put(objectPath(sha), await contentOf(sha));
  }
  await files.put(`runs/${record.runId}/report.json`, `${JSON.stringify(jsonReport(run))}\n`);
  await files.put(`runs/${record.runId}/run.json`, `${JSON.stringify(record)}\n`);
}

/** Ids of the runs that are kept, oldest first. */
export function keptRuns(root: string): string[] {
  const folder = path.join(root, stateFolder, "runs");
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((id) => existsSync(path.join(folder, id, "run.json")))
    .sort();
}

export async function readRun(root: string, runId: string, files: Files): Promise<RunRecord> {
  const bytes = /^[\w-]+$/.test(runId) ? await files.get(`runs/${runId}/run.json`) : undefined;
  if (!bytes) {
    const known = keptRuns(root).slice(-5).reverse();
    throw new UsageError(
      `There is no run \`${runId}\` in ${path.join(root, stateFolder)}.`,
      known.length > 0
        ? `The latest: ${known.join(", ")}; \`last\` is the first of them.`
        : "`assay eval` keeps every run there.",
    );
  }
  return RunRecord.parse(JSON.parse(Buffer.from(bytes).toString("utf8")));
}

/** Cases of a suite that did not pass when they were last run, whole or in part; undefined where no run is kept. */
export async function failingCases(root: string, suite: string, files: Files): Promise<string[] | undefined> {
  const failing = new Set<string>();
  const seen = new Set<string>();
  let known = false;
  for (const id of keptRuns(root).reverse()) {
    const record = await readRun(root, id, files);
    if (record.suite !== suite) continue;
    known = true;
    for (const caseId of record.failing) if (!seen.has(caseId)) failing.add(caseId);
    if (record.caseIds === undefined) break;
    for (const caseId of record.caseIds) seen.add(caseId);
  }
  return known ? [...failing] : undefined;
}

/** Only files of the AI repository that were read. */
export function filesOf(entries: readonly TreeEntry[], read: ReadonlyMap<string, string>): RunRecord["files"] {
  return entries.filter(({ path: file }) => read.has(file));
}

export const objectPath = (sha: string) => `objects/${sha.slice(0, 2)}/${sha.slice(2)}`;
