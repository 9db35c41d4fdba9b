import { systemClock } from "../clock.ts";
import { type MetricProblem, resolveMetrics } from "../evals/metrics.ts";
import { evaluatorIds } from "../evals/registry.ts";
import { defaultPriceBook } from "../prices/default-book.ts";
import type { AiRepository, Suite } from "../repository/ai-repository.ts";
import { createFinding, type Finding, sortFindings } from "../repository/finding.ts";
import { lint, lintChange } from "../repository/lint.ts";
import { lintRoute } from "../routing/lint-route.ts";
import type { Pair } from "./affected.ts";
import { touchedPrompts } from "./affected.ts";
import type { Sides } from "./build-plan.ts";
import { marginFindings } from "./margin-findings.ts";
import { referenceFindings } from "./reference-findings.ts";
import { policyFor } from "./rules-for.ts";

/** What is to be mended in the files that this gate is about; elsewhere errors are not this change's to mend. */
export function findingsFor({ base, head, changed }: Sides, pairs: readonly Pair[], today?: Date): Finding[] {
  const concerned = new Set(changed ?? head.files.keys());
  for (const prompt of touchedPrompts(base, head)) concerned.add(prompt.path);
  for (const { head: side } of pairs) {
    if (side.prompt) concerned.add(side.prompt.path);
    for (const file of side.suite ? [side.suite.path, ...side.suite.files] : []) concerned.add(file);
  }
  // A suite that names a prompt which the change removes would first fail after the merge.
  const removed = (base?.prompts ?? []).filter(({ name }) => !head.prompts.some((prompt) => prompt.name === name));
  for (const suite of head.suites)
    if (removed.some(({ name }) => suite.prompts.includes(name))) concerned.add(suite.path);
  // The base's policy says what must be covered, not the one that the change writes.
  const { policy } = policyFor(base, head);
  const all = [...lintWhole({ ...head, policy }, today), ...(base ? lintChange(base, head) : [])];
  const routed = routesOf(head, concerned);
  const concerns = ({ path, code }: Finding) => concerned.has(path) || (routed.has(path) && stranding.has(code));
  const seen = new Set<string>();
  return sortFindings(all.filter(concerns)).filter((finding) => {
    const key = JSON.stringify([finding.code, finding.path, finding.line, finding.column, finding.message]);
    return !seen.has(key) && seen.add(key);
  });
}

/** Of a route that a change does not touch: what leaves its prompts without a target to run on. */
const stranding = new Set<string>(["route/unknown-target", "route/zero-weights"]);

function routesOf({ prompts, routes }: AiRepository, concerned: ReadonlySet<string>): Set<string> {
  const names = new Set(prompts.flatMap(({ path, route }) => (concerned.has(path) ? (route ?? []) : [])));
  return new Set(routes.flatMap(({ name, path }) => (names.has(name) ? path : [])));
}

/** Every finding of a repository at a commit, the evaluators' own options among them. */
export function lintWhole(repository: AiRepository, today = systemClock.now()): Finding[] {
  return [
    ...lint(repository, { evaluatorIds: evaluatorIds() }),
    ...repository.suites.flatMap(metricFindings),
    ...repository.suites.flatMap(marginFindings),
    ...repository.suites.flatMap(referenceFindings),
    ...repository.routes.flatMap((route) => lintRoute(route, { today, prices: defaultPriceBook })),
  ];
}

function metricFindings(suite: Suite): Finding[] {
  // An id that is unknown is lint's to tell; only of one that is refused there is more to say.
  const told = ({ path, message }: MetricProblem) => path[0] === "uses" && !message.includes("is refused");
  const problems = resolveMetrics(suite.evaluators).problems.filter((problem) => !told(problem));
  return problems.map(({ index, path, message }) => {
    const key = [`evaluators.${index}`, ...path].join(".");
    const at = suite.positions[key] ?? suite.positions[`evaluators.${index}`] ?? {};
    return createFinding("suite/invalid", { path: suite.path, ...at }, message);
  });
}

/** An error stops the gate before it spends: what cannot be read cannot be judged. */
export function blockingFindings(findings: readonly Finding[]): Finding[] {
  return findings.filter(({ severity }) => severity === "error");
}

/** Runs whose calls are more than their suite or the policy allows; counted before the first call, repeats included. */
export function overBudget(planned: readonly { pair: Pair; calls: number }[], maxCallsPerRun: number): string[] {
  const limits = planned.flatMap(({ pair: { head, base }, calls }) => {
    const suite = base.suite ?? head.suite;
    const own = suite?.budget.maxCalls;
    return [
      ...(suite && own !== undefined ? [{ calls, limit: own, of: `budget.maxCalls of ${suite.path}` }] : []),
      { calls, limit: maxCallsPerRun, of: "caps.maxCallsPerRun of assay.yaml" },
    ];
  });
  const sentences = limits
    .filter(({ calls, limit }) => calls > limit)
    .map(({ calls, limit, of }) => `a run would make ${calls} calls; ${of} allows ${limit}`);
  return [...new Set(sentences)];
}
