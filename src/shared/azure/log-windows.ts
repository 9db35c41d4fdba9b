import * as z from "zod";
import type { ArmWindow } from "../releases/watch/arm-window.ts";
import type { CostOf, WatchedDocument } from "../releases/watch/telemetry.ts";

/**
 * Health by arm and minute, weighted by sampling. A span's deployment is in `gen_ai.request.model`; of an agent the arm is its
 * version, and of a served document the digest that the client was given, on whichever span of the caller has it. Throttled
 * calls are counted apart from failed ones, as platform metrics tell them.
 */
export function armQuery({
  agent,
  document,
}: {
  agent?: string | undefined;
  document?: WatchedDocument | undefined;
}): string {
  return `${document ? documentSpans(document) : modelSpans(agent)},
         inTok = tolong(coalesce(tostring(Properties["gen_ai.usage.input_tokens"]), tostring(Properties["gen_ai.usage.prompt_tokens"]))),
         outTok = tolong(coalesce(tostring(Properties["gen_ai.usage.output_tokens"]), tostring(Properties["gen_ai.usage.completion_tokens"]))),
         n = coalesce(ItemCount, 1)
| where isnotempty(arm)
| extend blocked = tostring(Properties["error.type"]) == "content_filter" or tostring(Properties["gen_ai.response.finish_reasons"]) has "content_filter"
| summarize total = sum(n), failed = sumif(n, Success == false and ResultCode != "429"), throttled = sumif(n, ResultCode == "429"),
            blocked = sumif(n, blocked), p95 = percentilew(DurationMs, n, 95), told = sumif(n, isnotnull(inTok)),
            inTok = sum(inTok * n), outTok = sum(outTok * n) by arm, minute = bin(TimeGenerated, 1m)`;
}

function modelSpans(agent: string | undefined): string {
  const arm = agent === undefined ? "gen_ai.request.model" : "gen_ai.agent.version";
  const only =
    agent === undefined ? "" : `\n| where tostring(Properties["gen_ai.agent.name"]) == ${JSON.stringify(agent)}`;
  return `AppDependencies
| where isnotempty(Properties["gen_ai.operation.name"])${only}
| extend arm = tostring(Properties["${arm}"])`;
}

/** The clients set `assay.prompt.digest`, and `assay.decision`: route@digest/rule/target. */
function documentSpans({ kind, name }: WatchedDocument): string {
  if (kind === "prompt")
    return `union AppDependencies, AppRequests
| extend arm = tostring(Properties["assay.prompt.digest"])`;
  return `union AppDependencies, AppRequests
| where tostring(Properties["assay.decision"]) startswith_cs ${JSON.stringify(`${name}@`)}
| extend arm = extract("@([0-9a-f]{64})/", 1, tostring(Properties["assay.decision"]))`;
}

/** What Kusto cannot compute comes as NaN, in JSON as a text. */
const unknown = z.union([z.nan(), z.enum(["NaN", "Infinity", "-Infinity"])]).transform(() => null);
const number = z.union([z.number(), z.null(), unknown]);
const Row = z.object({
  arm: z.string(),
  minute: z.coerce.date(),
  total: number,
  failed: number,
  throttled: number,
  blocked: number,
  p95: number,
  told: number,
  inTok: number,
  outTok: number,
});

/**
 * One window a row of {@link armQuery}.
 * @throws ZodError where the rows are other ones
 */
export function logWindows(
  columns: readonly string[],
  rows: readonly (readonly unknown[])[],
  costOf: CostOf | undefined,
): ArmWindow[] {
  return rows.map((cells) => {
    const row = Row.parse(Object.fromEntries(columns.map((name, i) => [name, cells[i]])));
    const { arm, minute, total, failed, throttled, blocked, p95 } = row;
    const cost = costOfRow(row, costOf);
    return {
      arm,
      from: minute.toISOString(),
      to: new Date(minute.getTime() + 60_000).toISOString(),
      ...(total === null ? {} : { requests: total }),
      ...(failed === null ? {} : { failed }),
      ...(throttled === null ? {} : { throttled }),
      ...(blocked === null ? {} : { safetyBlocked: blocked }),
      ...(p95 === null ? {} : { latencyP95Ms: p95 }),
      ...(cost === undefined ? {} : { costNanoUsd: cost }),
    };
  });
}

/** Calls that told no tokens (failed ones, some streams) cost nothing known: the cost stands for all calls of the window. */
function costOfRow(
  { arm, total, told, inTok, outTok }: z.infer<typeof Row>,
  costOf: CostOf | undefined,
): number | undefined {
  if (!total || !told) return undefined;
  const cost = costOf?.(arm, { input: inTok ?? 0, output: outTok ?? 0 });
  return cost === undefined ? undefined : Math.round((cost * total) / told);
}

/**
 * Platform metrics count every call, spans perhaps a part, and call other ones failed: counts come from one of them
 * (`countedBy`), and what only spans tell is brought to the other's number of requests.
 */
export function joinWindows(
  metrics: ArmWindow | undefined,
  logs: ArmWindow | undefined,
  countedBy: "metrics" | "logs",
): ArmWindow | undefined {
  if (!logs) return metrics;
  if (countedBy === "logs") return { ...metrics, ...logs };
  const { arm, from, to, latencyP95Ms, costNanoUsd, requests } = logs;
  const calls = metrics?.requests;
  const cost =
    costNanoUsd !== undefined && requests && calls !== undefined
      ? Math.round((costNanoUsd * calls) / requests)
      : undefined;
  return {
    ...(metrics ?? { arm, from, to }),
    ...(latencyP95Ms === undefined ? {} : { latencyP95Ms }),
    ...(cost === undefined ? {} : { costNanoUsd: cost }),
  };
}
