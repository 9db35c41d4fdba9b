import { InvalidInputError } from "../../errors.ts";
import { resolveMetrics } from "../../evals/metrics.ts";
import type { SuiteEvaluator } from "../../repository/suite.ts";
import type { MetricComparison } from "../comparison.ts";

/** How a metric of results that were made elsewhere is judged. */
export type MetricRule = Omit<MetricComparison, "cases"> & {
  /** Scores from here on count as 1 and the others as 0 (up to here, where lower is better). */
  cut?: number;
};

/** What the command line says of metrics; `all` stands for those without a word of their own. */
export interface RuleOptions {
  primary?: string;
  /** Default: every metric from 0 to 1, and every other with a margin or a threshold. */
  blocking?: string[];
  margins: Map<string, number>;
  marginOfAll?: number;
  thresholds: Map<string, number>;
  lower: string[];
  cuts: Map<string, number>;
}

/** What counts as no loss where nobody says: five points of a score from 0 to 1. */
const defaultMargin = 0.05;

/** Names under which everybody's harness writes seconds, money and counts: no shares, even where all lie below 1. */
const measuredByName = /(?:^|[._-])(?:latency|cost|tokens?|duration|seconds|ms|usd)$/i;
/** And what else is better low. */
const lowerByName = /(?:^|[._-])(?:toxicity|errors?)$/i;

/**
 * Rules for metrics that come with values alone: the scale is what the values of both sides show (`binary` where all are 0
 * or 1, `fraction` where all lie between), unless its name or a suite says it.
 */
export function rulesFor(
  names: readonly string[],
  valuesOf: (name: string) => number[],
  options: RuleOptions,
  declared: readonly SuiteEvaluator[],
): MetricRule[] {
  checkNames(names, options, declared);
  const suite = declaredRules(declared);
  const rules = names
    .filter((name) => declared.length === 0 || suite.has(name))
    .map((name) => ruleFor(name, valuesOf(name), options, suite.get(name)));
  for (const rule of rules) checkLimits(rule, options);
  if (rules.some(({ primary }) => primary)) return rules;
  const first = rules.find(({ blocking }) => blocking) ?? rules[0];
  return rules.map((rule) => (rule === first ? { ...rule, primary: true } : rule));
}

function ruleFor(name: string, values: number[], options: RuleOptions, own: MetricRule | undefined): MetricRule {
  const { primary, blocking, margins, marginOfAll, thresholds, lower, cuts } = options;
  const cut = cuts.get(name);
  const scale = cut === undefined ? (own?.scale ?? scaleOf(name, values)) : "binary";
  const bounded = scale !== "number";
  // A suite's margin is in its own metric's unit; one flag for all means scores from 0 to 1.
  const unsaid = bounded && own?.relativeMargin === undefined && own?.invariant !== true;
  const margin = margins.get(name) ?? own?.margin ?? (unsaid ? (marginOfAll ?? defaultMargin) : undefined);
  const threshold = thresholds.get(name) ?? own?.threshold;
  const limited = bounded || margin !== undefined || threshold !== undefined;
  // What the command line allows in the metric's unit wins over a share that the suite allows.
  const relative = margins.has(name) ? undefined : own?.relativeMargin;
  return {
    name,
    scale,
    better: lower.includes(name)
      ? "lower"
      : (own?.better ?? (measuredByName.test(name) || lowerByName.test(name) ? "lower" : "higher")),
    primary: primary === undefined ? own?.primary === true : primary === name,
    blocking: blocking ? blocking.includes(name) : (own?.blocking ?? limited),
    ...(margin === undefined ? {} : { margin }),
    ...(threshold === undefined ? {} : { threshold }),
    ...(own?.passAt === undefined || cut !== undefined ? {} : { passAt: own.passAt }),
    ...(relative === undefined ? {} : { relativeMargin: relative }),
    ...(own?.invariant === undefined ? {} : { invariant: own.invariant }),
    ...(own?.maxMissingShare === undefined ? {} : { maxMissingShare: own.maxMissingShare }),
    ...(cut === undefined ? {} : { cut }),
  };
}

function scaleOf(name: string, values: number[]): MetricRule["scale"] {
  if (measuredByName.test(name)) return "number";
  if (values.every((value) => value === 0 || value === 1)) return "binary";
  return values.every((value) => value >= 0 && value <= 1) ? "fraction" : "number";
}

function declaredRules(declared: readonly SuiteEvaluator[]): Map<string, MetricRule> {
  const { metrics, problems } = resolveMetrics(declared);
  if (problems.length > 0) throw new InvalidInputError(problems.map(({ message }) => message).join("\n"));
  return new Map(
    metrics.map((metric) => {
      const { name, scale, better, primary, blocking, threshold, margin, relativeMargin, passAt, invariant } = metric;
      return [
        name,
        {
          ...{ name, scale, better, primary, blocking },
          ...(threshold === undefined ? {} : { threshold }),
          ...(typeof margin === "number" ? { margin } : {}),
          ...(relativeMargin === undefined ? {} : { relativeMargin }),
          ...(passAt === undefined ? {} : { passAt }),
          ...(invariant === undefined ? {} : { invariant }),
          ...(metric.maxMissing === undefined ? {} : { maxMissingShare: metric.maxMissing }),
        },
      ];
    }),
  );
}

/** A name in an option that no result has is a slip, and would judge less than was asked. */
function checkNames(names: readonly string[], options: RuleOptions, declared: readonly SuiteEvaluator[]): void {
  const { primary, blocking = [], margins, thresholds, lower, cuts } = options;
  const given = [
    ...(primary === undefined ? [] : [primary]),
    ...blocking,
    ...margins.keys(),
    ...thresholds.keys(),
    ...lower,
    ...cuts.keys(),
  ];
  const needed = declared.filter(
    ({ blocking: blocks, threshold, margin, relativeMargin, invariant }) =>
      blocks ?? (invariant === true || [threshold, margin, relativeMargin].some((limit) => limit !== undefined)),
  );
  const missing = [...given, ...needed.map(({ name, uses }) => name ?? uses)].filter((name) => !names.includes(name));
  if (missing.length > 0)
    throw new InvalidInputError(
      `No result on both sides has the metric "${missing[0]}". Metrics on both sides: ${names.slice(0, 20).join(", ") || "none"}.`,
    );
}

function checkLimits(rule: MetricRule, { blocking = [], marginOfAll }: RuleOptions): void {
  const { name, scale, margin, threshold } = rule;
  const unlimited = margin === undefined && threshold === undefined && rule.relativeMargin === undefined;
  if (unlimited && scale === "number" && marginOfAll !== undefined && blocking.includes(name))
    throw new InvalidInputError(
      `The margin ${marginOfAll} for all is for scores from 0 to 1, and those of "${name}" have another unit. Write \`--margin ${name}=X\`.`,
    );
  if (margin !== undefined && (!(margin > 0) || (scale !== "number" && margin >= 1)))
    throw new InvalidInputError(
      `The margin ${margin} of "${name}" is out of range: its scores lie from 0 to 1${margin >= 1 ? `, so write ${margin} points as ${margin / 100}` : " and a margin is above 0"}.`,
    );
  if (threshold !== undefined && scale !== "number" && (threshold < 0 || threshold > 1))
    throw new InvalidInputError(
      `The threshold ${threshold} of "${name}" is out of range: its scores lie from 0 to 1, so write ${threshold} % as ${threshold / 100}.`,
    );
}
