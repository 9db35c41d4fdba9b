import type { ArmWindow } from "../releases/watch/arm-window.ts";

/** Foundry's metrics and their Azure OpenAI twins, which count the same calls: whichever an account tells. */
export const requestMetrics = ["ModelRequests", "AzureOpenAIRequests"] as const;
export const latencyMetrics = ["TimeToResponse", "AzureOpenAITimeToResponse"] as const;
export const tokenMetrics = ["TotalTokens", "TokenTransaction"] as const;
/** Percent of provisioned units. */
export const utilizationMetrics = ["ProvisionedUtilization", "AzureOpenAIProvisionedManagedUtilizationV2"] as const;
export const rejectedMetric = "RAIRejectedRequests";

/** One series as the metrics API tells it: absent points are absent, not zero. */
export interface MetricSeries {
  metric: string;
  dimensions: Readonly<Record<string, string>>;
  points: readonly { at: string; value: number | undefined }[];
}

/** Counts of one arm's minutes, by the start of the minute. */
type Minutes<T> = Map<string, T>;

interface Statuses {
  requests: number;
  failed: number;
  throttled: number;
}

/**
 * One window an arm and minute. Requests are split by status code: where a minute has any, a status without a point had none;
 * where it has none at all, nothing is known of it.
 */
export function metricWindows(
  arms: readonly string[],
  minutes: readonly { from: string; to: string }[],
  series: readonly MetricSeries[],
): ArmWindow[] {
  return arms.flatMap((arm) => {
    const own = series.filter(({ dimensions }) => sameName(dimensions.modeldeploymentname, arm));
    const statuses = requestMetrics.map((metric) => statusesOf(own, metric));
    const latencies = latencyMetrics.map((metric) => valuesOf(own, metric));
    const rejected = valuesOf(own, rejectedMetric);
    return minutes.map(({ from, to }): ArmWindow => {
      const status = firstTold(statuses, from);
      const latencyMeanMs = firstTold(latencies, from);
      const safetyBlocked = rejected.get(from);
      return {
        arm,
        from,
        to,
        ...status,
        ...(latencyMeanMs === undefined ? {} : { latencyMeanMs }),
        ...(safetyBlocked === undefined ? {} : { safetyBlocked }),
      };
    });
  });
}

function firstTold<T>(twins: readonly Minutes<T>[], minute: string): T | undefined {
  for (const twin of twins) {
    const told = twin.get(minute);
    if (told !== undefined) return told;
  }
  return undefined;
}

function statusesOf(series: readonly MetricSeries[], metric: string): Minutes<Statuses> {
  const minutes: Minutes<Statuses> = new Map();
  for (const { dimensions, points } of series.filter((one) => one.metric === metric)) {
    const code = Number(dimensions.statuscode);
    for (const { at, value } of points) {
      if (value === undefined) continue;
      const told = minutes.get(at) ?? { requests: 0, failed: 0, throttled: 0 };
      told.requests += value;
      if (code === 429) told.throttled += value;
      else if (code >= 400) told.failed += value;
      minutes.set(at, told);
    }
  }
  return minutes;
}

function valuesOf(series: readonly MetricSeries[], metric: string): Minutes<number> {
  const minutes: Minutes<number> = new Map();
  for (const { points } of series.filter((one) => one.metric === metric)) {
    for (const { at, value } of points) if (value !== undefined) minutes.set(at, value);
  }
  return minutes;
}

/** Azure compares names of resources without case. */
function sameName(told: string | undefined, arm: string): boolean {
  return told?.toLowerCase() === arm.toLowerCase();
}
