import { readFileSync } from "node:fs";
import path from "node:path";
import * as z from "zod";
import { targetFigures } from "../shared/gate/target-figures.ts";
import type { TargetFigures } from "../shared/routing/target-differences.ts";
import { keptRuns, RunRecord, stateFolder } from "./run-store.ts";

/** What is read of a kept report. */
const KeptReport = z.object({
  report: z.object({
    figures: z.array(
      z.object({
        side: z.enum(["base", "head"]),
        prompt: z.string(),
        suite: z.string(),
        promptVersion: z.string().optional(),
        deployment: z.string(),
        modelVersion: z.string().optional(),
        samples: z.number(),
        costNanoUsd: z.number(),
        unpriced: z.number(),
        latencyP50: z.number().optional(),
      }),
    ),
    comparisons: z.array(
      z.object({
        suite: z.string(),
        prompt: z.string(),
        verdict: z.object({
          metrics: z.array(
            z.object({
              name: z.string(),
              primary: z.boolean(),
              headMean: z.number().optional(),
              comparison: z.object({ baseMean: z.number() }).optional(),
            }),
          ),
        }),
      }),
    ),
  }),
});

/** What the checkout's kept runs measured of each target; runs of a part of a suite's cases say nothing of the whole. */
export function keptFigures(root: string): TargetFigures[] {
  return keptRuns(root).flatMap((runId) => {
    const folder = path.join(root, stateFolder, "runs", runId);
    const run = RunRecord.safeParse(readJson(path.join(folder, "run.json")));
    const kept = KeptReport.safeParse(readJson(path.join(folder, "report.json")));
    if (!run.success || !kept.success || run.data.caseIds !== undefined) return [];
    // Which change a run was made for is not known here, so its sides say nothing of parameters.
    return targetFigures(kept.data.report, run.data.startedAt).map(({ subject: _, ...own }) => own);
  });
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return undefined;
  }
}
