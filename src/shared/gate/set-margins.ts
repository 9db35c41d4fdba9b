import type { SuiteFile } from "../repository/suite.ts";
import { type SetMargin, writeMargins } from "../repository/write-margins.ts";
import { autoMargin, type SuiteSize } from "./auto-margin.ts";
import type { SuiteComparison } from "./comparison.ts";
import { metricName } from "./edits.ts";

/** The margin and the sentence of every metric that is on `margin: auto`, from a run of one subject on both sides. */
function marginsOf(
  evaluators: SuiteFile["evaluators"],
  run: Pick<SuiteComparison, "metrics">,
  size: SuiteSize,
): SetMargin[] {
  return evaluators
    .filter(({ margin }) => margin === "auto")
    .flatMap((evaluator) => {
      const metric = run.metrics.find(({ name }) => name === metricName(evaluator));
      return metric ? [{ metric: metric.name, ...autoMargin(metric, size) }] : [];
    });
}

/**
 * What `assay margin SUITE` does once its run is made: the suite file with numbers in place of `margin: auto`, and the
 * margins with their sentences. `run`: the suite on one subject, drawn twice.
 */
export function setMargins(
  file: { path: string; text: string; evaluators: SuiteFile["evaluators"] },
  run: Pick<SuiteComparison, "metrics">,
  size: SuiteSize,
): { text: string; margins: SetMargin[] } {
  const margins = marginsOf(file.evaluators, run, size);
  return { text: writeMargins(file.path, file.text, margins), margins };
}
