import type { AiRepository } from "./ai-repository.ts";
import { hasThresholds, suitesOf, unreadSuite } from "./coverage.ts";
import { createFinding, type Finding } from "./finding.ts";
import type { Prompt } from "./prompt.ts";

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
        mendOf(repository, prompt, covering),
      ),
    ];
  });
}

function mendOf(repository: AiRepository, prompt: Prompt, covering: ReturnType<typeof suitesOf>): string {
  const { suites } = repository;
  const { name } = prompt;
  const unread = prompt.evals.map(({ suite }) => unreadSuite(repository, suite)).find((path) => path !== undefined);
  if (unread) return `Mend ${unread} first: it cannot be read.`;
  const measuring = covering.find(({ gate }) => gate === "required")?.suite;
  if (measuring) {
    const wanted = measuring.evaluators.findIndex(({ blocking }) => blocking !== false);
    const silenced = measuring.evaluators.findIndex(({ threshold }) => threshold !== undefined);
    const metric = wanted >= 0 ? wanted : silenced;
    const evaluator = measuring.evaluators[metric];
    const line = measuring.positions[`evaluators.${metric}`]?.line;
    const place = `the evaluator \`${evaluator?.name ?? evaluator?.uses}\` in ${measuring.path}${line === undefined ? "" : `, line ${line}`}`;
    if (evaluator)
      return wanted >= 0 ? `Add \`threshold: NUMBER\` to ${place}.` : `Remove \`blocking: false\` from ${place}.`;
  }
  const candidate = covering.find(({ suite }) => hasThresholds(suite))?.suite ?? suites.find(hasThresholds);
  if (!candidate)
    return `Add evals/${name}.yaml with \`prompts: [${name}]\` and an evaluator that has a \`threshold\`.`;
  const line = candidate.positions.prompts?.line ?? candidate.positions.name?.line;
  const names = [...candidate.prompts, name].join(", ");
  return `Write \`prompts: [${names}]\` in ${candidate.path}${line === undefined ? "" : `, line ${line}`}.`;
}
