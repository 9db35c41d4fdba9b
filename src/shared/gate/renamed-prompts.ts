import type { AiRepository } from "../repository/ai-repository.ts";
import type { Prompt } from "../repository/prompt.ts";

/** As git's: from half of the text on, a file that is gone and one that is new are one file that moved. */
const alike = 0.5;

/**
 * The base with its renamed prompts under the names that the head gives them: a prompt that moves is compared with what it was,
 * under the suites that it had. Without that, a new name alone would leave a prompt's losses behind.
 */
export function underNewNames(base: AiRepository, head: AiRepository): AiRepository {
  const renamed = renamedPrompts(base, head);
  if (renamed.size === 0) return base;
  const named = (name: string) => renamed.get(name) ?? name;
  return {
    ...base,
    prompts: base.prompts.map((prompt) => ({ ...prompt, name: named(prompt.name) })),
    suites: base.suites.map((suite) => ({ ...suite, prompts: suite.prompts.map(named) })),
  };
}

/** The head's names by the base's; the closest texts first, each side's prompt once. */
function renamedPrompts(base: AiRepository, head: AiRepository): Map<string, string> {
  const gone = withoutNamesOf(head.prompts, base.prompts);
  const added = withoutNamesOf(base.prompts, head.prompts);
  const found = gone
    .flatMap((was) => added.map((is) => ({ was: was.name, is: is.name, share: likeness(was, is) })))
    .filter(({ share }) => share >= alike)
    .sort((a, b) => b.share - a.share || a.was.localeCompare(b.was) || a.is.localeCompare(b.is));
  const renamed = new Map<string, string>();
  const taken = new Set<string>();
  for (const { was, is } of found) {
    if (renamed.has(was) || taken.has(is)) continue;
    renamed.set(was, is);
    taken.add(is);
  }
  return renamed;
}

function withoutNamesOf(others: readonly Prompt[], prompts: readonly Prompt[]): Prompt[] {
  const names = new Set(others.map(({ name }) => name));
  return prompts.filter(({ name }) => !names.has(name));
}

/** Share of the words that two prompts have in common, 0..1. */
function likeness(a: Prompt, b: Prompt): number {
  const [mine, theirs] = [wordsOf(a), wordsOf(b)];
  const left = new Map<string, number>();
  for (const word of mine) left.set(word, (left.get(word) ?? 0) + 1);
  let common = 0;
  for (const word of theirs) {
    const count = left.get(word) ?? 0;
    if (count === 0) continue;
    left.set(word, count - 1);
    common++;
  }
  return mine.length + theirs.length === 0 ? 0 : (2 * common) / (mine.length + theirs.length);
}

function wordsOf({ messages }: Prompt): string[] {
  return messages.flatMap(({ role, template }) => [role, ...template.split(/\s+/).filter(Boolean)]);
}
