import { createHash } from "node:crypto";
import type { z } from "zod";
import { InvalidInputError, messageOf } from "../errors.ts";
import type { SuiteEvaluator } from "../repository/suite.ts";
import type { Evaluator, Scale } from "./evaluator.ts";
import { getEvaluator } from "./registry.ts";
import type { AskedModel } from "./scoring-models.ts";

/** A metric of a suite, resolved: what is measured, and what the gate asks of it. */
export interface Metric {
  name: string;
  evaluator: Evaluator;
  /** As the evaluator's schema parsed them. */
  options: unknown;
  /** Of the evaluator's id, its revision and the options as written: the key by which scores are kept. */
  digest: string;
  /** The models that it asks, pinned: scores made by others are not compared. Empty: none. */
  asks: AskedModel[];
  scale: Scale;
  better: "higher" | "lower";
  primary: boolean;
  blocking: boolean;
  threshold?: number;
  margin?: number | "auto";
  /** As `margin`, as a share of the base's mean. */
  relativeMargin?: number;
  /** Every case must pass in every repeat. */
  invariant?: boolean;
  /** The largest share of cases without a score at which the metric is judged. */
  maxMissing?: number;
  /** The score at which a sample passes; absent for numbers without one, whose samples do not pass or fail. */
  passAt?: number;
}

/** What is wrong with one entry of a suite's `evaluators`. */
export interface MetricProblem {
  /** Where in the list, from 0. */
  index: number;
  /** Keys below that entry, e.g. `["with", "pattern"]`. */
  path: (string | number)[];
  message: string;
}

/**
 * The metrics of a suite, with their options parsed, or what is wrong with them. Checked: the evaluator exists, every
 * option is known and in range, names are unique, one metric at most is primary (the first blocking one, else the first,
 * where none says so), thresholds and `passAt` lie on the metric's scale, a margin is smaller than a bounded scale.
 */
export function resolveMetrics(entries: readonly SuiteEvaluator[]): { metrics: Metric[]; problems: MetricProblem[] } {
  const problems: MetricProblem[] = [];
  const metrics: Metric[] = [];
  for (const [index, entry] of entries.entries()) {
    const report = (path: (string | number)[], message: string) => {
      problems.push({ index, path, message: `Metric "${nameOf(entry)}": ${message}` });
    };
    const metric = resolveMetric(entry, report);
    if (metrics.some((other) => other.name === metric?.name))
      report(["name"], "another metric has this name; give one of them a `name` of its own");
    if (metric !== undefined) metrics.push(metric);
  }
  const primaries = entries.flatMap((entry, index) => (entry.primary ? [index] : []));
  for (const index of primaries.slice(1))
    problems.push({ index, path: ["primary"], message: `A suite has one primary metric; this is the second.` });
  const declared = metrics.find((m) => m.primary) ?? metrics.find((m) => m.blocking) ?? metrics[0];
  return { metrics: metrics.map((m) => ({ ...m, primary: m === declared })), problems };
}

/** As resolveMetrics, for a suite that lint has passed. @throws InvalidInputError with every problem in one message. */
export function requireMetrics(entries: readonly SuiteEvaluator[]): Metric[] {
  const { metrics, problems } = resolveMetrics(entries);
  if (problems.length > 0) throw new InvalidInputError(problems.map((p) => p.message).join("\n"));
  return metrics;
}

type Report = (path: (string | number)[], message: string) => void;

function resolveMetric(entry: SuiteEvaluator, report: Report): Metric | undefined {
  const evaluator = findEvaluator(entry.uses, report);
  if (evaluator === undefined) return undefined;
  const parsed = evaluator.options.safeParse(entry.with);
  if (!parsed.success) {
    for (const issue of parsed.error.issues) report(["with", ...pathOf(issue)], optionMessage(issue, evaluator.id));
    return undefined;
  }
  checkLimits(entry, evaluator, report);
  const asks = evaluator.asks?.(parsed.data) ?? [];
  const passAt = entry.passAt ?? (evaluator.scale === "number" ? entry.threshold : 0.5);
  return {
    name: nameOf(entry),
    evaluator,
    options: parsed.data,
    digest: digestOf(evaluator, entry.with, asks),
    asks,
    scale: evaluator.scale,
    better: evaluator.better,
    primary: entry.primary,
    blocking: entry.blocking ?? asksForSomething(entry),
    ...(entry.threshold === undefined ? {} : { threshold: entry.threshold }),
    ...(entry.margin === undefined ? {} : { margin: entry.margin }),
    ...(entry.relativeMargin === undefined ? {} : { relativeMargin: entry.relativeMargin }),
    ...(entry.invariant === undefined ? {} : { invariant: entry.invariant }),
    ...(entry.maxMissing === undefined ? {} : { maxMissing: entry.maxMissing }),
    ...(passAt === undefined ? {} : { passAt }),
  };
}

/** Whether an entry that does not say so can block: it has something to hold the change to. */
function asksForSomething({ threshold, margin, relativeMargin, invariant }: SuiteEvaluator): boolean {
  return threshold !== undefined || margin !== undefined || relativeMargin !== undefined || invariant === true;
}

function nameOf(entry: SuiteEvaluator): string {
  return entry.name ?? entry.uses;
}

function findEvaluator(id: string, report: Report): Evaluator | undefined {
  try {
    return getEvaluator(id);
  } catch (error) {
    report(["uses"], messageOf(error));
    return undefined;
  }
}

function checkLimits(entry: SuiteEvaluator, evaluator: Evaluator, report: Report): void {
  const bounded = evaluator.scale !== "number";
  for (const key of ["threshold", "passAt"] as const) {
    const value = entry[key];
    if (value === undefined) continue;
    if (!Number.isFinite(value)) report([key], `\`${key}\` must be a finite number`);
    else if (bounded && (value < 0 || value > 1))
      report([key], `\`${key}: ${value}\` is outside the scale of ${evaluator.id}, 0 to 1${hintOfPercent(value)}`);
  }
  const { margin, invariant } = entry;
  if (invariant && (typeof margin === "number" || margin === "auto" || entry.relativeMargin !== undefined))
    report(["invariant"], "an invariant allows no loss: remove its margin, or remove `invariant`");
  if (invariant && !bounded && entry.passAt === undefined && entry.threshold === undefined)
    report(["invariant"], `${evaluator.id} is a plain number: an invariant on it needs \`passAt\``);
  if (typeof margin === "number" && bounded && margin >= 1)
    report(
      ["margin"],
      `\`margin: ${margin}\` must be below 1, the width of the scale of ${evaluator.id}${hintOfPercent(margin)}`,
    );
  if (typeof margin === "number" && !Number.isFinite(margin)) report(["margin"], "`margin` must be a finite number");
}

function hintOfPercent(value: number): string {
  return value > 1 && value <= 100 ? ` (write ${value} % as ${value / 100})` : "";
}

function pathOf(issue: z.core.$ZodIssue): (string | number)[] {
  const keys = issue.code === "unrecognized_keys" ? issue.keys.slice(0, 1) : [];
  return [...issue.path, ...keys].filter((key) => typeof key !== "symbol");
}

function optionMessage(issue: z.core.$ZodIssue, id: string): string {
  const option = issue.path.length === 0 ? "" : `option \`${issue.path.join(".")}\`: `;
  if (issue.code === "unrecognized_keys") return `${id} has no option ${issue.keys.map((k) => `\`${k}\``).join(", ")}`;
  return `${option}${issue.message}`;
}

function digestOf(evaluator: Evaluator, options: unknown, asks: readonly AskedModel[]): string {
  const judges = asks.flatMap(({ promptDigest }) => promptDigest ?? []);
  const text = JSON.stringify([evaluator.id, evaluator.revision ?? 1, sorted(options), ...judges]);
  return createHash("sha256").update(text).digest("hex");
}

/** Object keys in one order, so that two spellings of the same options have one digest. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  );
}
