import { readFileSync } from "node:fs";
import path from "node:path";
import { messageOf } from "../shared/errors.ts";
import { overriddenText } from "../shared/gate/comment-routes.ts";
import { visible } from "../shared/gate/markdown.ts";
import { targetDifferenceText } from "../shared/gate/target-difference-text.ts";
import { count } from "../shared/gate/units.ts";
import { parseRoute } from "../shared/repository/parse-route.ts";
import type { Route } from "../shared/repository/route.ts";
import { RecordedDecision } from "../shared/routing/recorded-decision.ts";
import { createReplay, isNowhere, type Moves, type Replay } from "../shared/routing/replay-route.ts";
import { type TargetDifference, type TargetFigures, targetDifferences } from "../shared/routing/target-differences.ts";
import { unresolvable } from "../shared/routing/unresolvable.ts";
import { readJsonLines } from "./read-json-lines.ts";
import { UsageError } from "./usage-error.ts";

const Row = RecordedDecision.omit({ contextDigest: true });
/** Rows of a table that are shown. */
const mostRows = 20;

/** A replay with what the targets of each step are known to differ in. */
export interface ReplayReport extends Replay {
  route: string;
  digest: string;
  steps: (Replay["steps"][number] & { differences: TargetDifference[] })[];
}

/** A route file over recorded decisions. @throws UsageError where either cannot be read */
export async function replayDecisions(
  routeFile: string,
  rows: string,
  figures: readonly TargetFigures[],
): Promise<ReplayReport> {
  const route = readRoute(routeFile);
  const replay = createReplay(route);
  for await (const line of readJsonLines(rows)) {
    const parsed = "problem" in line ? undefined : Row.safeParse(line.value);
    if (parsed?.success) {
      replay.add(parsed.data);
      continue;
    }
    const [issue] = parsed?.error.issues ?? [];
    const what = "problem" in line ? line.problem : `${issue?.path.join(".") || "it"}: ${issue?.message}`;
    throw new UsageError(
      `${rows}:${line.line} is no recorded decision: ${what}`,
      "Take rows as GET /api/routes/NAME/decisions?since=TIME gives them.",
    );
  }
  const result = replay.result();
  if (result.calls + result.untold + result.overridden === 0)
    throw new UsageError(
      `${rows} has no decision of the route \`${route.name}\`${result.others > 0 ? `, and ${result.others} of others` : ""}.`,
      `Export them: GET /api/routes/${route.name}/decisions?since=TIME.`,
    );
  const steps = result.steps.map((step) => ({ ...step, differences: targetDifferences(step, figures) }));
  return { route: route.name, digest: route.digest, ...result, steps };
}

function readRoute(file: string): Route {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(file);
  } catch (thrown) {
    throw new UsageError(
      `${file} cannot be read: ${messageOf(thrown)}`,
      "Name a route's file, e.g. routing/support.yaml.",
    );
  }
  const { route, findings } = parseRoute(path.basename(file), bytes);
  const [broken] = route ? unresolvable(route) : findings;
  if (route && !broken) return route;
  throw new UsageError(`${file}:${broken?.line ?? 1} ${broken?.message ?? "is no route"}`, broken?.fix);
}

export function replayText(report: ReplayReport): string {
  const { route, calls, moved, untold, overridden, others, rules, tenants, steps } = report;
  return [
    `${route}: ${moved} of ${count(calls, "recorded decision")} would go to another target.`,
    ...(untold > 0
      ? [`${count(untold, "more", "more")} cannot be told: their context was masked when it was stored.`]
      : []),
    ...(overridden > 0 ? [`${count(overridden, "more", "more")} ${overriddenText(overridden)}.`] : []),
    ...(others > 0 ? [`${count(others, "decision")} of other routes left out.`] : []),
    ...listOf("By target", steps, stepLines),
    ...listOf("By rule", rules, (row) => [
      `${row.from === row.to ? row.to : `${row.from} → ${row.to}`}: ${movesText(row)}`,
    ]),
    ...listOf("By tenant", tenants, (row) => [
      `${row.tenant === "" ? "(no tenant)" : visible(row.tenant)}: ${movesText(row)}`,
    ]),
  ].join("\n");
}

function listOf<T>(title: string, rows: readonly T[], linesOf: (row: T) => string[]): string[] {
  if (rows.length === 0) return [];
  const more = rows.length > mostRows ? [`  … and ${rows.length - mostRows} more; --json has all`] : [];
  return ["", title, ...rows.slice(0, mostRows).flatMap((row) => linesOf(row).map((line) => `  ${line}`)), ...more];
}

const movesText = ({ calls, moved }: Moves) => `${moved} of ${calls} move`;

function stepLines({ from, to, calls, differences }: ReplayReport["steps"][number]): string[] {
  const named = (target: typeof from) =>
    isNowhere(target) ? target.name : `${target.name} (${target.deployment}@${target.version})`;
  const head = `${named(from)} → ${named(to)}: ${count(calls, "call")}`;
  if (isNowhere(from) || isNowhere(to)) return [head];
  if (differences.length === 0) return [head, "  cost, latency and score: unknown, no kept eval run has both targets"];
  return [head, ...differences.map((own) => `  ${own.suite} on ${own.prompt}: ${targetDifferenceText(own)}`)];
}
