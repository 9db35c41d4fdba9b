import type { AiRepository, Suite } from "../repository/ai-repository.ts";
import { promptsOf } from "../repository/coverage.ts";
import type { Prompt } from "../repository/prompt.ts";

/** A prompt under a suite, on either side; a side that lacks one of them lacks the pair. */
export interface Pair {
  suiteName: string;
  promptName: string;
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
        const key = `${suite.name} ${prompt.name}`;
        pairs.set(key, {
          suiteName: suite.name,
          promptName: prompt.name,
          base: { ...sideOf(base, suite.name, prompt.name) },
          head: { ...sideOf(head, suite.name, prompt.name) },
        });
      }
    }
  }
  return [...pairs.values()].sort(
    (a, b) => a.suiteName.localeCompare(b.suiteName) || a.promptName.localeCompare(b.promptName),
  );
}

function sideOf(repository: AiRepository | undefined, suiteName: string, promptName: string) {
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
