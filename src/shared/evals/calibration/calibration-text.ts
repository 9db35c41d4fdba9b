import type { Interval } from "../../statistics/interval.ts";
import type { Calibration, Rate } from "./calibrate-judge.ts";

const mostShown = 20;

/** A calibration for people, as plain text. `describe` names a sample: its case, the beginning of its answer. */
export function calibrationText(
  metric: string,
  calibration: Calibration,
  describe: (sample: string) => string = (sample) => sample,
): string {
  const { labels, split, judged, agreement, kappa, alpha, falsePasses, falseBlocks, disagreements } = calibration;
  const shown = disagreements.slice(0, mostShown).map(({ sample, passes, score }) => {
    return `  ${sample.slice(0, 12)}  people: ${passes ? "pass" : "fail"}, judge: ${Number(score.toFixed(3))}  ${describe(sample)}`;
  });
  const lines = [
    `${metric}: ${calibration.calibrated ? `calibrated, may block; it ${calibration.says}` : calibration.says}`,
    `labelled samples    ${labels}${split > 0 ? `, and ${split} on which people are split` : ""}`,
    `judged as it is now ${judged}`,
    ...(agreement ? [`agreement           ${percent(agreement.share)} ${between(agreement.interval)}`] : []),
    `Cohen's kappa       ${kappa === undefined ? "none: nothing was told apart" : kappa.toFixed(3)}`,
    ...(alpha === undefined ? [] : [`people's own alpha  ${alpha.toFixed(3)} (Krippendorff)`]),
    `false passes        ${rateText(falsePasses, "that people fail")}`,
    `false blocks        ${rateText(falseBlocks, "that people pass")}`,
    ...(disagreements.length > 0 ? [`disagreements       ${disagreements.length}`, ...shown] : []),
    ...(disagreements.length > mostShown ? [`  … and ${disagreements.length - mostShown} more`] : []),
  ];
  return `${lines.join("\n")}\n`;
}

function rateText({ count, of, interval }: Rate, what: string): string {
  if (of === 0) return `none to be seen: no sample ${what} was judged`;
  return `${count} of ${of} ${what}, ${percent(count / of)}${interval ? ` ${between(interval)}` : ""}`;
}

function between({ low, high, level }: Interval): string {
  return `(${Math.round(level * 100)} % interval ${percent(low)} to ${percent(high)})`;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
