import { createHash } from "node:crypto";
import { buildPlan, type Planned } from "../shared/gate/build-plan.ts";
import { withLocalPaths } from "../shared/gate/local-paths.ts";
import type { Gate } from "../shared/gate/schema.ts";
import { showReleases } from "../shared/releases/show-releases.ts";
import type { AiRepository, Suite } from "../shared/repository/ai-repository.ts";
import { matchesGlob, promptsOf, refersTo } from "../shared/repository/coverage.ts";
import type { EvalCase } from "../shared/repository/suite.ts";
import { UsageError } from "./usage-error.ts";

/** Prompts that all ask this model, whatever route they name; a version is written after `@`. */
export function askModel(repository: AiRepository, model: string | undefined): AiRepository {
  if (model === undefined) return repository;
  const [deployment = "", version] = model.split("@");
  const prompts = repository.prompts.map(({ route: _, ...prompt }) => ({
    ...prompt,
    model: { deployment, ...(version === undefined ? {} : { version }) },
  }));
  return { ...repository, prompts };
}

/** A repository of one suite, with the prompts that it covers and these of its cases. */
export function onlySuite(repository: AiRepository, suite: Suite, cases: EvalCase[]): AiRepository {
  const prompts = promptsOf(repository, suite);
  if (prompts.length === 0)
    throw new UsageError(
      `The suite \`${suite.name}\` covers no prompt.`,
      `Name one under \`prompts:\` in ${suite.path}. Prompts here: ${repository.prompts.map(({ name }) => name).join(", ") || "none"}.`,
    );
  const without = prompts.find(({ model, route }) => model === undefined && route === undefined);
  if (without)
    throw new UsageError(
      `The prompt \`${without.name}\` names neither a model nor a route.`,
      `Add --model M, or \`model:\` to ${without.path}.`,
    );
  const ids = new Set(cases.map(({ id }) => id));
  const part: Suite = {
    ...suite,
    cases,
    mustPass: suite.mustPass.filter((id) => ids.has(id)),
    prompts: prompts.map(({ name }) => name),
  };
  const own = new Set([...suite.files, ...prompts.map(({ path }) => path), "assay.yaml"]);
  const { policy } = repository;
  return {
    ...repository,
    // What refers to other suites is not this run's to ask for.
    prompts: prompts.map((prompt) => ({ ...prompt, evals: prompt.evals.filter((one) => refersTo(one.suite, suite)) })),
    suites: [part],
    findings: repository.findings.filter(({ path }) => own.has(path)),
    ...(policy ? { policy: { ...policy, required: [] } } : {}),
  };
}

/** Cases by id and by filter: a filter is an id's glob, a tag, or `dimension=value` of a segment. */
export function chooseCases(
  suite: Pick<Suite, "name" | "cases">,
  ids: readonly string[],
  filters: readonly string[],
): EvalCase[] {
  const unknown = ids.find((id) => !suite.cases.some((item) => item.id === id));
  if (unknown !== undefined) {
    const some = suite.cases
      .slice(0, 5)
      .map(({ id }) => id)
      .join(", ");
    throw new UsageError(`\`${suite.name}\` has no case \`${unknown}\`.`, `Its cases begin with ${some}.`);
  }
  const chosen = suite.cases.filter((item) => (ids.length === 0 || ids.includes(item.id)) && matchesAll(item, filters));
  if (chosen.length === 0)
    throw new UsageError(
      suite.cases.length === 0
        ? `The suite \`${suite.name}\` has no cases.`
        : `No case of \`${suite.name}\` matches ${filters.map((filter) => `\`${filter}\``).join(" and ")}.`,
      "A filter is a glob of ids (`refund-*`), a tag, or a segment (`language=de`).",
    );
  return chosen;
}

export function matchesAll(item: EvalCase, filters: readonly string[]): boolean {
  return filters.every((filter) => matches(item, filter));
}

function matches(item: EvalCase, filter: string): boolean {
  const [dimension = "", value] = filter.split("=");
  if (value !== undefined) return item.segments[dimension] === value;
  return item.tags.includes(filter) || matchesGlob(filter, item.id);
}

/** The gate's own plan, its samples under `folder`. */
export function planRun(
  runId: string,
  repository: string,
  at: Date,
  sides: Parameters<typeof buildPlan>[1],
  folder: string,
): { gate: Gate; planned: Planned } {
  const gate: Gate = {
    ...{ gateId: runId, kind: "pull", repositoryId: 0, repository, stage: "running" },
    headSha: sides.head.commit,
    ...(sides.base ? { baseSha: sides.base.commit } : {}),
    createdAt: at.toISOString(),
    deadline: at.toISOString(),
  };
  return { gate, planned: withLocalPaths(buildPlan(gate, sides, showReleases), folder) };
}

/** What another endpoint answers is another model's, whatever its name. */
export function cacheFolder(url: string): string {
  return `cache/${createHash("sha256").update(url).digest("hex").slice(0, 16)}`;
}
