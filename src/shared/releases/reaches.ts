import type { AiRepository } from "../repository/ai-repository.ts";
import type { ReleaseManifest } from "../repository/release.ts";
import { targetKey } from "./release-state.ts";

/**
 * Every target that a release's content passes through, its own among them: the deployment or the route that a prompt names,
 * the deployments that a route names. What two releases share is where one can suffer what the other did.
 */
export function reachesOf(
  { targets, prompts, routes }: Pick<ReleaseManifest, "targets" | "prompts" | "routes">,
  repository: Pick<AiRepository, "prompts" | "routes">,
): string[] {
  const found = new Set(targets.map(targetKey));
  const deployment = (alias: string | undefined) => {
    if (alias === undefined) return;
    found.add(targetKey({ kind: "deployment", alias }));
    found.add(targetKey({ kind: "inPlace", alias }));
  };
  const route = (name: string) => {
    found.add(targetKey({ kind: "route", alias: name }));
    const own = repository.routes.find((known) => known.name === name);
    for (const target of Object.values(own?.targets ?? {})) deployment(target.deployment);
  };
  const prompt = (name: string) => {
    const own = repository.prompts.find((known) => known.name === name);
    deployment(own?.model?.deployment);
    if (own?.route !== undefined) route(own.route);
  };
  for (const target of targets) {
    if (target.kind === "route") route(target.alias);
    if (target.kind === "prompt") prompt(target.alias);
    if (target.kind !== "agent") continue;
    deployment(target.to.deployment);
    if (target.to.prompt !== undefined) prompt(target.to.prompt);
  }
  for (const { name } of prompts) prompt(name);
  for (const { name } of routes) route(name);
  return [...found].sort();
}
