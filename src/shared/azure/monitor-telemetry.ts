import type { TokenCredential } from "@azure/identity";
import { LogsQueryClient, LogsQueryResultStatus, MetricsQueryClient } from "@azure/monitor-query";
import type { Clock } from "../clock.ts";
import { messageOf, PermanentError } from "../errors.ts";
import type { LoadMetrics } from "../releases/standby/load.ts";
import { type ArmWindow, closedWindows, type SettleTimes, type WindowSource } from "../releases/watch/arm-window.ts";
import type { Telemetry, TelemetryTarget } from "../releases/watch/telemetry.ts";
import { armQuery, joinWindows, logWindows } from "./log-windows.ts";
import {
  latencyMetrics,
  type MetricSeries,
  metricWindows,
  rejectedMetric,
  requestMetrics,
  tokenMetrics,
  utilizationMetrics,
} from "./metric-windows.ts";

export interface MonitorOptions {
  metricsUrl: string;
  logsUrl: string;
  /** Not sent where a URL is not encrypted. */
  credential: TokenCredential;
  clock: Clock;
  timeoutMs: number;
  /** Left out: as Azure's own data arrive. */
  settlesAfter?: SettleTimes;
}

/** Without `top` the API tells ten series once a filter is set, and drops the others without a word. */
const top = 1000;
const minuteMs = 60_000;
const averaged = new Set<string>([...latencyMetrics, ...utilizationMetrics]);

interface Part {
  windows: ArmWindow[];
  unread: string[];
}

/** The only file that knows the SDK: its maker recommends two successors, whose 1.0.0 ignore time limits and fail on an empty workspace. */
export function createMonitorTelemetry(options: MonitorOptions): Telemetry & LoadMetrics {
  const { clock, timeoutMs } = options;
  const metrics = new MetricsQueryClient(...clientOf(options.metricsUrl, options));
  const logs = new LogsQueryClient(...clientOf(options.logsUrl, options));

  async function seriesOf(account: string, names: readonly string[], filter: string, span: Span) {
    const answer = await metrics.queryResource(account, [...names], {
      timespan: { startTime: span.from, endTime: span.to },
      granularity: "PT1M",
      aggregations: ["Total", "Average"],
      filter,
      top,
      abortSignal: AbortSignal.timeout(timeoutMs),
    });
    const unread = answer.metrics.flatMap(({ name, timeseries, errorCode = "Success" }) => [
      ...(timeseries.length >= top ? [`metrics: ${name} has ${top} series or more, and others may be missing`] : []),
      ...(errorCode === "Success" ? [] : [`metrics: ${name}: ${errorCode}`]),
    ]);
    const series = answer.metrics.flatMap(({ name, timeseries }) =>
      timeseries.map(({ metadataValues = [], data = [] }): MetricSeries => {
        const average = averaged.has(name);
        return {
          metric: name,
          dimensions: Object.fromEntries(metadataValues.map((one) => [one.name?.toLowerCase() ?? "", one.value ?? ""])),
          points: data.map((point) => ({
            at: point.timeStamp.toISOString(),
            value: average ? point.average : point.total,
          })),
        };
      }),
    );
    return { series, unread };
  }

  async function metricPart({ account, arms }: TelemetryTarget, span: Span): Promise<Part> {
    if (account === undefined) return { windows: [], unread: [] };
    return part("metrics", async () => {
      const answers = await Promise.all([
        seriesOf(account, requestMetrics, "ModelDeploymentName eq '*' and StatusCode eq '*'", span),
        seriesOf(account, [...latencyMetrics, rejectedMetric], "ModelDeploymentName eq '*'", span),
      ]);
      const windows = metricWindows(
        arms,
        minutesOf(span),
        answers.flatMap(({ series }) => series),
      );
      return { windows, unread: answers.flatMap(({ unread }) => unread) };
    });
  }

  async function logPart({ workspace, arms, costOf, ...named }: TelemetryTarget, span: Span): Promise<Part> {
    if (workspace === undefined) return { windows: [], unread: [] };
    return part("logs", async () => {
      const result = await logs.queryWorkspace(
        workspace,
        armQuery(named),
        { startTime: span.from, endTime: span.to },
        { serverTimeoutInSeconds: Math.ceil(timeoutMs / 1000), abortSignal: AbortSignal.timeout(timeoutMs) },
      );
      if (result.status === LogsQueryResultStatus.PartialFailure) {
        return { windows: [], unread: [`logs: PartialFailure: ${result.partialError.message}`] };
      }
      const windows = result.tables.flatMap(({ columnDescriptors, rows }) =>
        logWindows(
          columnDescriptors.map(({ name = "" }) => name),
          rows,
          costOf,
        ),
      );
      return { windows: windows.filter(({ arm }) => arms.includes(arm)), unread: [] };
    });
  }

  return {
    async windows(target, from, to) {
      const told = (source: WindowSource) => {
        const settled = new Date(closedWindows(clock.now(), source, 0, options.settlesAfter).to);
        return { from, to: settled < to ? settled : to };
      };
      const [metricTold, logTold] = [told("metrics"), told("logs")];
      const [byMetrics, byLogs] = await Promise.all([metricPart(target, metricTold), logPart(target, logTold)]);
      const key = ({ arm, from: start }: ArmWindow) => `${start}|${arm}`;
      const metricsOf = new Map(byMetrics.windows.map((window) => [key(window), window]));
      const logsOf = new Map(byLogs.windows.map((window) => [key(window), window]));
      const areCounted = byMetrics.windows.some(({ requests }) => requests !== undefined);
      const isDeaf = byMetrics.unread.length > 0 && target.agent === undefined;
      const countedBy = areCounted || isDeaf ? "metrics" : "logs";
      const windows = minutesOf(target.account === undefined ? logTold : metricTold).flatMap((minute) =>
        target.arms.map((arm): ArmWindow => {
          const empty = { arm, ...minute };
          return joinWindows(metricsOf.get(key(empty)), logsOf.get(key(empty)), countedBy) ?? empty;
        }),
      );
      return { windows, unread: [...byMetrics.unread, ...byLogs.unread] };
    },
    async peak(account, deployment, from, to) {
      const filter = `ModelDeploymentName eq '${deployment.replaceAll("'", "''")}'`;
      const { series, unread } = await seriesOf(account, [...tokenMetrics, ...utilizationMetrics], filter, {
        from,
        to,
      });
      if (unread.length > 0) throw new PermanentError(unread.join("; "));
      const most = (names: readonly string[]) => {
        const told = series.filter(({ metric }) => names.includes(metric)).flatMap(({ points }) => points);
        const values = told.map(({ value }) => value).filter((value) => value !== undefined);
        return values.length === 0 ? undefined : values.reduce((a, b) => Math.max(a, b));
      };
      const [tokens, utilization] = [most(tokenMetrics), most(utilizationMetrics)];
      return {
        ...(tokens === undefined ? {} : { tokens }),
        ...(utilization === undefined ? {} : { utilization }),
      };
    },
  };
}

interface Span {
  from: Date;
  to: Date;
}

function minutesOf({ from, to }: Span): { from: string; to: string }[] {
  const minutes: { from: string; to: string }[] = [];
  for (let at = Math.floor(from.getTime() / minuteMs) * minuteMs; at + minuteMs <= to.getTime(); at += minuteMs) {
    minutes.push({ from: new Date(at).toISOString(), to: new Date(at + minuteMs).toISOString() });
  }
  return minutes;
}

/** An empty workspace answers 204, which the SDK takes for an error: nothing is known then. Everything else is told. */
async function part(source: WindowSource, read: () => Promise<Part>): Promise<Part> {
  try {
    return await read();
  } catch (thrown) {
    const { name = "", statusCode } = thrown as { name?: string; statusCode?: number };
    if (statusCode === 204) return { windows: [], unread: [] };
    const refused = statusCode === 401 || statusCode === 403;
    const what =
      name === "AbortError"
        ? "no answer in time"
        : refused
          ? `${statusCode}: the app's identity may not read them (a new role may take an hour)`
          : `${statusCode ?? name} ${messageOf(thrown).slice(0, 200)}`;
    return { windows: [], unread: [`${source}: ${what}`] };
  }
}

function clientOf(url: string, { credential }: MonitorOptions) {
  const encrypted = url.startsWith("https:");
  const options = {
    endpoint: url,
    audience: url,
    retryOptions: { maxRetries: 1, retryDelayInMs: 500, maxRetryDelayInMs: 2000 },
    allowInsecureConnection: !encrypted,
  };
  // The SDK's types want a credential always; without one it sends none.
  return [encrypted ? credential : (undefined as unknown as TokenCredential), options] as const;
}
