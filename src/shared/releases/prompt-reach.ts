import type { AiRepository } from "../repository/ai-repository.ts";
import { suitesOf } from "../repository/coverage.ts";
import type { Prompt } from "../repository/prompt.ts";
import type { ReleaseManifest } from "../repository/release.ts";

/** A prompt that a release ships or moves, and the deployments that its calls can come to, as they are written. */
export interface PromptReach {
  prompt: Prompt;
  deployments: string[];
  /** Names of the suites that have to run for it. */
  suites: string[];
}

type Shipped = Pick<ReleaseManifest, "targets" | "prompts" | "routes">;
type Known = Pick<AiRepository, "prompts" | "routes" | "suites" | "policy">;

/** The deployment of its own model, or those of its route; none where that route is missing. */
function deploymentsOf(
  { route, model }: Pick<Prompt, "route" | "model">,
  { routes }: Pick<AiRepository, "routes">,
): string[] {
  if (route === undefined) return model ? [model.deployment] : [];
  const targets = routes.find(({ name }) => name === route)?.targets ?? {};
  return [...new Set(Object.values(targets).map(({ deployment }) => deployment))];
}

/** The prompts that a release binds, those behind its agents, and those that its routes send elsewhere. */
export function promptReaches({ targets, prompts, routes }: Shipped, repository: Known): PromptReach[] {
  const bound = new Set(prompts.map(({ name }) => name));
  const moved = new Set([
    ...routes.map(({ name }) => name),
    ...targets.filter(({ kind }) => kind === "route").map(({ alias }) => alias),
  ]);
  const agents = targets.filter((target) => target.kind === "agent");
  return repository.prompts.flatMap((prompt): PromptReach[] => {
    const own = agents.filter(({ to }) => to.prompt === prompt.name);
    const isCalled = bound.has(prompt.name) || (prompt.route !== undefined && moved.has(prompt.route));
    if (!isCalled && own.length === 0) return [];
    // An agent calls the deployment that it names, whatever the prompt that it was made of names.
    const called = own.flatMap(({ to }) => (to.deployment === undefined ? [] : [to.deployment]));
    const isAlone = !isCalled && called.length === own.length;
    const deployments = new Set([...(isAlone ? [] : deploymentsOf(prompt, repository)), ...called]);
    const suites = suitesOf(repository, prompt).flatMap(({ suite, gate }) => (gate === "required" ? [suite.name] : []));
    return [{ prompt, deployments: [...deployments], suites }];
  });
}
