import type { AiRepository } from "./ai-repository.ts";
import { hasThresholds, suitesOf } from "./coverage.ts";
import { createFinding, type Finding } from "./finding.ts";

/** Prompts that no suite with thresholds covers, each with the line that mends it. */
export function lintCoverage(repository: AiRepository): Finding[] {
  return repository.prompts.flatMap((prompt) => {
    const covering = suitesOf(repository, prompt);
    if (covering.some(({ suite, gate }) => gate === "required" && hasThresholds(suite))) return [];
    const at = {
      path: prompt.path,
      ...prompt.positions.evals,
      ...(prompt.positions.evals ? {} : prompt.positions.name),
    };
    return [
      createFinding(
        "prompt/not-covered",
        at,
        `No suite with thresholds covers the prompt \`${prompt.name}\`.`,
        mendOf(repository, prompt.name, covering),
      ),
    ];
  });
}

function mendOf({ suites }: AiRepository, prompt: string, covering: ReturnType<typeof suitesOf>): string {
  const measuring = covering.find(({ gate }) => gate === "required")?.suite;
  const metric = measuring?.evaluators.findIndex(({ blocking }) => blocking !== false) ?? -1;
  const evaluator = measuring?.evaluators[metric];
  if (measuring && evaluator) {
    const line = measuring.positions[`evaluators.${metric}`]?.line;
    return `Add \`threshold: NUMBER\` to the evaluator \`${evaluator.name ?? evaluator.uses}\` in ${measuring.path}${line === undefined ? "" : `, line ${line}`}.`;
  }
  const candidate = covering.find(({ suite }) => hasThresholds(suite))?.suite ?? suites.find(hasThresholds);
  if (!candidate)
    return `Add evals/${prompt}.yaml with \`prompts: [${prompt}]\` and an evaluator that has a \`threshold\`.`;
  const line = candidate.positions.prompts?.line ?? candidate.positions.name?.line;
  const names = [...candidate.prompts, prompt].join(", ");
  return `Write \`prompts: [${names}]\` in ${candidate.path}${line === undefined ? "" : `, line ${line}`}.`;
}
