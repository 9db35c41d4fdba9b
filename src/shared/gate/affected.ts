import type { AiRepository, Suite } from "../repository/ai-repository.ts";
import { promptsOf, suitesOf } from "../repository/coverage.ts";
import type { Policy } from "../repository/policy.ts";
import type { Prompt } from "../repository/prompt.ts";
import { bindingSteps } from "./release-bindings.ts";
import { rememberedSteps, subjectPairs } from "./subject-pairs.ts";

/** A prompt under a suite, on either side; a side that lacks one of them lacks the pair. */
export interface Pair {
  suiteName: string;
  promptName: string;
  /** What the pair is told apart by: the prompt's name, and the target where a route picks it. */
  subject: string;
  /** The prompt asks for this suite's advice alone: it is shown and decides nothing. */
  advisory: boolean;
  base: { suite?: Suite; prompt?: Prompt };
  head: { suite?: Suite; prompt?: Prompt };
}

/** Every pair of suite and prompt that either side declares. */
export function pairsOf(base: AiRepository | undefined, head: AiRepository): Pair[] {
  const pairs = new Map<string, Pair>();
  // The base's policy says which suites are required: a pull request cannot drop them for the prompt that it adds.
  const policy = base?.policy ?? head.policy;
  for (const { prompts, suites } of base ? [base, head] : [head]) {
    for (const suite of suites) {
      for (const prompt of promptsOf({ prompts, ...(policy ? { policy } : {}) }, suite)) {
        const sides = { base: sideOf(base, suite.name, prompt.name), head: sideOf(head, suite.name, prompt.name) };
        const advisory = [sides.base, sides.head].every((side) => isAdvisory(side, policy));
        pairs.set(`${suite.name} ${prompt.name}`, {
          suiteName: suite.name,
          promptName: prompt.name,
          subject: prompt.name,
          advisory,
          ...sides,
        });
      }
    }
  }
  const subjects = { base, head, bindings: bindingSteps(base, head), stepsOf: rememberedSteps() };
  return [...pairs.values()]
    .sort((a, b) => a.suiteName.localeCompare(b.suiteName) || a.promptName.localeCompare(b.promptName))
    .flatMap((pair) => subjectPairs(pair, subjects));
}

/** Both sides have to say so: a pull request cannot make a required suite advisory. */
function isAdvisory({ suite, prompt }: Pair["base"], policy: Policy | undefined): boolean {
  if (!suite || !prompt) return true;
  return suitesOf({ suites: [suite], ...(policy ? { policy } : {}) }, prompt).every(({ gate }) => gate === "advisory");
}

function sideOf(repository: AiRepository | undefined, suiteName: string, promptName: string): Pair["base"] {
  const suite = repository?.suites.find(({ name }) => name === suiteName);
  const prompt = repository?.prompts.find(({ name }) => name === promptName);
  return { ...(suite ? { suite } : {}), ...(prompt ? { prompt } : {}) };
}

/**
 * What a pull request touches: pairs whose prompt or suite differs between the sides. A prompt that is gone has nothing to
 * run; a suite that is gone still runs as the base has it.
 */
export function affected(base: AiRepository, head: AiRepository): Pair[] {
  return pairsOf(base, head).filter(
    (pair) =>
      pair.head.prompt !== undefined &&
      (pair.base.prompt?.contentDigest !== pair.head.prompt.contentDigest ||
        pair.base.suite?.digest !== pair.head.suite?.digest),
  );
}

/** Prompts that the head has changed or added. */
export function touchedPrompts(base: AiRepository | undefined, head: AiRepository): Prompt[] {
  const before = new Map(base?.prompts.map((prompt) => [prompt.name, prompt.contentDigest]));
  return head.prompts.filter((prompt) => before.get(prompt.name) !== prompt.contentDigest);
}
