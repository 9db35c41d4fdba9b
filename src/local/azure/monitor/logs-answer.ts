import * as z from "zod";
import { type MonitorState, minutesIn, type PushedMinute } from "./state.ts";

const Body = z.object({ query: z.string(), timespan: z.string() });

const columns = [
  ["arm", "string"],
  ["minute", "datetime"],
  ["total", "long"],
  ["failed", "long"],
  ["throttled", "long"],
  ["blocked", "long"],
  ["p95", "real"],
  ["told", "long"],
  ["inTok", "long"],
  ["outTok", "long"],
] as const;

/**
 * `POST /v1/workspaces/{id}/query`. It reads no KQL: a query over AppDependencies is answered with the rows of the watch's query,
 * for the agent or the kind of document that it names; undefined for any other.
 */
export function logsAnswer(state: MonitorState, body: unknown, empty: boolean): { tables: object[] } | undefined {
  const asked = Body.safeParse(body);
  if (!asked.success || !/^(union )?AppDependencies/.test(asked.data.query)) return undefined;
  const [start = "", end = ""] = asked.data.timespan.split("/");
  const agent = /gen_ai\.agent\.name"\]\) == "([^"]*)"/.exec(asked.data.query)?.[1];
  const document = /"assay\.(prompt|decision)/.exec(asked.data.query)?.[1];
  const kind = document === "decision" ? "route" : document;
  const told = empty ? [] : minutesIn(state, "logs", { from: Date.parse(start), to: Date.parse(end) });
  const rows = told.filter((minute) => minute.agent === agent && minute.document === kind).flatMap(rowOf);
  const named = columns.map(([name, type]) => ({ name, type }));
  return { tables: [{ name: "PrimaryResult", columns: named, rows }] };
}

function rowOf(minute: PushedMinute): unknown[][] {
  const { arm, at, codes = {}, p95Ms = null, blocked = 0, inputTokens, outputTokens } = minute;
  const sum = (has: (code: number) => boolean) =>
    Object.entries(codes).reduce((total, [code, count]) => (has(Number(code)) ? total + count : total), 0);
  const total = sum(() => true);
  // Summarize tells no row for a minute without spans.
  if (total === 0) return [];
  const failed = sum((code) => code >= 400 && code !== 429);
  const throttled = sum((code) => code === 429);
  const told = inputTokens === undefined ? 0 : total - failed - throttled;
  return [[arm, at, total, failed, throttled, blocked, p95Ms, told, inputTokens ?? null, outputTokens ?? null]];
}
