import type { TargetFigures } from "../routing/target-differences.ts";

interface Measured {
  side: "base" | "head";
  suite: string;
  prompt: string;
  promptVersion?: string | undefined;
  deployment: string;
  modelVersion?: string | undefined;
  samples: number;
  costNanoUsd: number;
  unpriced: number;
  latencyP50?: number | undefined;
}

/** What is read of a report; one that a checkout keeps has no more. */
export interface MeasuredReport {
  figures: readonly Measured[];
  comparisons: readonly {
    suite: string;
    prompt: string;
    verdict: { metrics: readonly MeasuredMean[] };
  }[];
}

interface MeasuredMean {
  name: string;
  primary: boolean;
  headMean?: number | undefined;
  comparison?: { baseMean: number } | undefined;
}

/** What a report measured of each target that its prompts were sent to. */
export function targetFigures(report: MeasuredReport, at: string): TargetFigures[] {
  return report.figures.flatMap((own) => figuresOf(own, report, at));
}

function figuresOf(own: Measured, { comparisons }: MeasuredReport, at: string): TargetFigures[] {
  const { side, suite, promptVersion, deployment, modelVersion, samples, costNanoUsd, unpriced, latencyP50 } = own;
  if (samples === 0) return [];
  const judged = comparisons.find((one) => one.suite === suite && one.prompt === own.prompt);
  const first = judged?.verdict.metrics.find(({ primary }) => primary) ?? judged?.verdict.metrics[0];
  const mean = side === "head" ? first?.headMean : first?.comparison?.baseMean;
  // `helper@mini` and `helper@mini→large` are one prompt on its targets.
  const [prompt = own.prompt, targets] = own.prompt.split(/@(.*)/);
  return [
    {
      suite,
      prompt,
      deployment,
      samples,
      at,
      ...(targets === undefined ? {} : { subject: { side, targets } }),
      ...(promptVersion === undefined ? {} : { promptVersion }),
      ...(modelVersion === undefined ? {} : { version: modelVersion }),
      ...(unpriced === 0 ? { costPerCall: costNanoUsd / samples } : {}),
      ...(latencyP50 === undefined ? {} : { latencyP50 }),
      ...(first && mean !== undefined ? { metric: { name: first.name, mean } } : {}),
    },
  ];
}
