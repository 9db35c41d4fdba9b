import picomatch from "picomatch";
import type { AiRepository, Suite } from "./ai-repository.ts";
import type { Prompt } from "./prompt.ts";

/** Why a suite covers a prompt, and whether its verdict counts. */
export interface Coverage {
  suite: Suite;
  gate: "required" | "advisory";
}

/**
 * The suites that cover a prompt: those that name it, those that its `evals` name (by path from the root, or by name), and
 * those that the policy requires for its path. A suite is advisory only where the prompt says so and nobody else names it.
 */
export function suitesOf(repository: Pick<AiRepository, "suites" | "policy">, prompt: Prompt): Coverage[] {
  const required = requiredSuites(repository, prompt);
  return repository.suites.flatMap((suite): Coverage[] => {
    const named = prompt.evals.filter((reference) => refersTo(reference.suite, suite));
    const demanded =
      suite.prompts.includes(prompt.name) || required.has(suite) || named.some(({ gate }) => gate === "required");
    if (!demanded && named.length === 0) return [];
    return [{ suite, gate: demanded ? "required" : "advisory" }];
  });
}

/** The prompts that a suite covers. */
export function promptsOf({ prompts, policy }: Pick<AiRepository, "prompts" | "policy">, suite: Suite): Prompt[] {
  const alone = { suites: [suite], ...(policy ? { policy } : {}) };
  return prompts.filter((prompt) => suitesOf(alone, prompt).length > 0);
}

export function refersTo(reference: string, suite: Pick<Suite, "name" | "path">): boolean {
  return reference === suite.path || reference === `./${suite.path}` || reference === suite.name;
}

/** The path that a reference names where its file is there and is no suite that could be read. */
export function unreadSuite({ files, suites }: AiRepository, reference: string): string | undefined {
  const path = reference.replace(/^\.\//, "");
  return files.has(path) && !suites.some((suite) => suite.path === path) ? path : undefined;
}

/** The path of the file that a prompt of this name would have, where it is there and could not be read as a prompt. */
export function unreadPrompt({ files, prompts }: AiRepository, name: string): string | undefined {
  const read = new Set(prompts.map(({ path }) => path));
  return [...files.keys()].find(
    (path) => path.startsWith("prompts/") && path.endsWith(`/${name}.prompt.md`) && !read.has(path),
  );
}

/** Whether a suite sets a floor for anything: a suite that measures alone covers nothing. */
export function hasThresholds(suite: Pick<Suite, "evaluators">): boolean {
  return suite.evaluators.some(({ threshold, blocking }) => threshold !== undefined && blocking !== false);
}

/** Globs of policies that are compiled; a policy has few, and a process sees the same ones again and again. */
const compiled = new Map<string, (text: string) => boolean>();

export function matchesGlob(glob: string, text: string): boolean {
  const known = compiled.get(glob);
  if (known) return known(text);
  const matcher = picomatch(glob, { dot: true, noextglob: true, nobrace: true, nonegate: true });
  if (compiled.size >= 1_000) compiled.clear();
  compiled.set(glob, matcher);
  return matcher(text);
}

function requiredSuites({ suites, policy }: Pick<AiRepository, "suites" | "policy">, prompt: Prompt): Set<Suite> {
  const globs = (policy?.required ?? [])
    .filter((rule) => rule.prompts.some((glob) => matchesGlob(glob, prompt.path)))
    .flatMap((rule) => rule.suites);
  return new Set(suites.filter(({ name }) => globs.some((glob) => matchesGlob(glob, name))));
}
