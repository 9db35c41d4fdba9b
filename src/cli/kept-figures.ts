import { readFileSync } from "node:fs";
import path from "node:path";
import * as z from "zod";
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
type KeptReport = z.infer<typeof KeptReport>;

/** What the checkout's kept runs measured of each target; runs of a part of a suite's cases say nothing of the whole. */
export function keptFigures(root: string): TargetFigures[] {
  return keptRuns(root).flatMap((runId) => {
    const folder = path.join(root, stateFolder, "runs", runId);
    const run = RunRecord.safeParse(readJson(path.join(folder, "run.json")));
    const kept = KeptReport.safeParse(readJson(path.join(folder, "report.json")));
    if (!run.success || !kept.success || run.data.caseIds !== undefined) return [];
    return kept.data.report.figures.flatMap((own) => figuresOf(own, kept.data, run.data.startedAt));
  });
}

type Side = KeptReport["report"]["figures"][number];

function figuresOf(own: Side, { report }: KeptReport, at: string): TargetFigures[] {
  const { side, suite, promptVersion, deployment, modelVersion, samples, costNanoUsd, unpriced, latencyP50 } = own;
  if (samples === 0) return [];
  const judged = report.comparisons.find((one) => one.suite === suite && one.prompt === own.prompt);
  const first = judged?.verdict.metrics.find(({ primary }) => primary) ?? judged?.verdict.metrics[0];
  const mean = side === "head" ? first?.headMean : first?.comparison?.baseMean;
  return [
    {
      suite,
      // `helper@mini` and `helper@mini→large` are one prompt on its targets.
      prompt: own.prompt.replace(/@.*$/, ""),
      deployment,
      samples,
      at,
      ...(promptVersion === undefined ? {} : { promptVersion }),
      ...(modelVersion === undefined ? {} : { version: modelVersion }),
      ...(unpriced === 0 ? { costPerCall: costNanoUsd / samples } : {}),
      ...(latencyP50 === undefined ? {} : { latencyP50 }),
      ...(first && mean !== undefined ? { metric: { name: first.name, mean } } : {}),
    },
  ];
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return undefined;
  }
}
