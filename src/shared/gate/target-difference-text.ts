import type { TargetDifference } from "../routing/target-differences.ts";
import { trimmed, usd } from "./units.ts";

/** One target beside another, as the eval runs of both show it. */
export function targetDifferenceText({ costPerCall, latencyP50, metric, samples }: TargetDifference): string {
  const said = [
    `cost ${costPerCall === undefined ? "unknown" : `${signOf(costPerCall)}${usd(Math.abs(costPerCall) * 1000)} per 1,000 calls`}`,
    `latency ${latencyP50 === undefined ? "unknown" : `${signOf(latencyP50)}${Math.round(Math.abs(latencyP50))} ms at the median`}`,
    metric ? `${metric.name} ${signOf(metric.difference)}${trimmed(Math.abs(metric.difference), 3)}` : "score unknown",
  ];
  return `${said.join(", ")} (${samples[0]} and ${samples[1]} samples)`;
}

const signOf = (value: number) => (value < 0 ? "−" : "+");
