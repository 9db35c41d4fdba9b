import { type MonitorState, minutesIn, type PushedMinute } from "./state.ts";

interface Point {
  timeStamp: string;
  total?: number;
  average?: number;
}

/** What a metric has in a minute, by the value of its StatusCode dimension ("" where it has none). */
const metrics: Record<string, (minute: PushedMinute) => Record<string, number | undefined>> = {
  ModelRequests: ({ codes = {} }) => codes,
  // Foundry accounts tell their own names; the twins are there for others, and empty here.
  AzureOpenAIRequests: () => ({}),
  TimeToResponse: ({ meanMs }) => ({ "": meanMs }),
  AzureOpenAITimeToResponse: () => ({}),
  TotalTokens: ({ inputTokens, outputTokens }) => ({ "": sumOf(inputTokens, outputTokens) }),
  TokenTransaction: () => ({}),
  ProvisionedUtilization: ({ utilization }) => ({ "": utilization }),
  AzureOpenAIProvisionedManagedUtilizationV2: () => ({}),
  RAIRejectedRequests: ({ blocked }) => ({ "": blocked }),
};

const minuteMs = 60_000;

function sumOf(...counts: (number | undefined)[]): number | undefined {
  const told = counts.filter((count) => count !== undefined);
  return told.length === 0 ? undefined : told.reduce((a, b) => a + b);
}

/** `GET {resource}/providers/Microsoft.Insights/metrics` [docs: Metrics - List, 2024-02-01]; undefined where a metric is not known. */
export function metricsAnswer(state: MonitorState, url: URL, empty: boolean): object | undefined {
  const names = (url.searchParams.get("metricnames") ?? "").split(",");
  const [start = "", end = ""] = (url.searchParams.get("timespan") ?? "").split("/");
  const span = { from: Date.parse(start), to: Date.parse(end) };
  if (names.some((name) => !metrics[name]) || Number.isNaN(span.from) || Number.isNaN(span.to)) return undefined;
  const filter = url.searchParams.get("$filter") ?? "";
  const split = /StatusCode/i.test(filter);
  // The service's own default, which drops the others without a marker.
  const top = Number(url.searchParams.get("top") ?? (filter ? 10 : 1));
  const [, only] = /ModelDeploymentName eq '([^'*]+)'/i.exec(filter) ?? [];
  const told = (empty ? [] : minutesIn(state, "metrics", span)).filter(({ arm }) => only === undefined || arm === only);
  const value = names.map((name) => ({
    id: `${url.pathname}/${name}`,
    type: "Microsoft.Insights/metrics",
    name: { value: name, localizedValue: name },
    unit: /Time/.test(name) ? "MilliSeconds" : "Count",
    timeseries: seriesOf(name, told, split, span).slice(0, top),
    errorCode: "Success",
  }));
  return {
    cost: 0,
    timespan: `${start}/${end}`,
    interval: "PT1M",
    namespace: "Microsoft.CognitiveServices/accounts",
    value,
  };
}

function seriesOf(name: string, told: PushedMinute[], split: boolean, span: { from: number; to: number }): object[] {
  const series = new Map<string, { arm: string; code: string; points: Map<string, number> }>();
  for (const minute of told) {
    for (const [code, count] of Object.entries(metrics[name]?.(minute) ?? {})) {
      if (count === undefined) continue;
      const key = `${minute.arm}|${split ? code : ""}`;
      const own = series.get(key) ?? { arm: minute.arm, code, points: new Map() };
      own.points.set(
        new Date(minute.at).toISOString(),
        (own.points.get(new Date(minute.at).toISOString()) ?? 0) + count,
      );
      series.set(key, own);
    }
  }
  return [...series.values()].map(({ arm, code, points }) => ({
    metadatavalues: [
      { name: { value: "modeldeploymentname", localizedValue: "modeldeploymentname" }, value: arm },
      ...(split ? [{ name: { value: "statuscode", localizedValue: "statuscode" }, value: code }] : []),
    ],
    data: everyMinute(span).map((timeStamp): Point => {
      const point = points.get(timeStamp);
      return point === undefined ? { timeStamp } : { timeStamp, total: point, average: point };
    }),
  }));
}

function everyMinute({ from, to }: { from: number; to: number }): string[] {
  const first = Math.floor(from / minuteMs);
  const count = Math.max(0, Math.ceil(to / minuteMs) - first);
  return Array.from({ length: count }, (_, i) => new Date((first + i) * minuteMs).toISOString());
}
