import { type Metric, resolveMetrics } from "../evals/metrics.ts";
import type { Suite } from "../repository/ai-repository.ts";
import { createFinding, type Finding } from "../repository/finding.ts";
import { leastMargin } from "./auto-margin.ts";
import { plannedLooks } from "./extension.ts";
import { extensionBudget } from "./plan-budget.ts";
import { count, limitText } from "./units.ts";

/** Margins that are not set yet, and margins that cases × repeats cannot reach. */
export function marginFindings(suite: Suite): Finding[] {
  const metrics = new Map(resolveMetrics(suite.evaluators).metrics.map((metric) => [metric.name, metric]));
  return suite.evaluators.flatMap(({ name, uses }, index) => {
    const metric = metrics.get(name ?? uses);
    if (!metric?.blocking) return [];
    const at = suite.positions[`evaluators.${index}.margin`] ?? suite.positions[`evaluators.${index}`] ?? {};
    return [...unset(metric, suite), ...unreachable(metric, suite)].map(({ code, message, fix }) =>
      createFinding(code, { path: suite.path, ...at }, message, fix),
    );
  });
}

interface Told {
  code: "suite/margin-auto" | "suite/margin-unreachable";
  message: string;
  fix: string;
}

function unset({ name, margin }: Metric, { path }: Suite): Told[] {
  if (margin !== "auto") return [];
  const message = `\`margin: auto\` of \`${name.slice(0, 120)}\` is not set yet: each gate computes one from its base's noise.`;
  return [
    {
      code: "suite/margin-auto",
      message,
      fix: `Run \`assay margin ${path}\`: it writes the number and says what it sees.`,
    },
  ];
}

function unreachable(metric: Metric, suite: Suite): Told[] {
  const { name, margin, scale } = metric;
  if (typeof margin !== "number" || suite.cases.length === 0) return [];
  const units = new Set(
    suite.cases.map(({ id, cluster }) => (cluster === undefined ? `case ${id}` : `cluster ${cluster}`)),
  );
  const { repeats } = suite;
  const looks = looksOf(suite);
  const least = (cases: number) => leastMargin(scale, { cases, repeats, looks });
  if (least(units.size) <= margin) return [];
  const needed = Math.ceil((units.size * least(units.size)) / margin / 10) * 10;
  const size = `${count(suite.cases.length, "case")}${units.size < suite.cases.length ? ` in ${count(units.size, "cluster")}` : ""}`;
  const reach = Math.ceil(least(units.size) * 200 - 1e-9) / 200;
  const message =
    `\`margin: ${margin}\` of \`${name.slice(0, 120)}\` cannot be reached by ${size} × ${count(repeats, "repeat")}: ` +
    `once any answer moves they cannot hold ${reach < 1 ? `less than ${limitText(metric, reach)}` : "any"}.`;
  const wider = reach < 1 ? `write \`margin: ${reach}\` or more, or ` : "";
  const grow = `raise the suite to ${count(needed, units.size < suite.cases.length ? "cluster" : "case")}`;
  const fix = sentence(`${wider}${grow}; repeats alone do not help.`);
  return [{ code: "suite/margin-unreachable", message, fix }];
}

const sentence = (text: string) => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;

/** As the gate plans them, where every case has changed. */
function looksOf({ cases, repeats, budget }: Suite): number {
  const { maxCalls, maxRepeats } = budget;
  const spending = {
    callsPerRepeat: cases.length,
    ...(maxCalls === undefined ? {} : { callsLeft: Math.max(0, maxCalls - cases.length * repeats) }),
    ...(maxRepeats === undefined ? {} : { maxRepeats }),
  };
  return plannedLooks(repeats, extensionBudget(spending));
}
