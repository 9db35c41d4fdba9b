import type { AiRepository } from "../../repository/ai-repository.ts";
import { type ReleaseState, type TargetState, targetKey } from "../release-state.ts";
import type { RoutedModel } from "./catalogue-findings.ts";

/** The model versions that a default branch's routes and manifests name, and those that releases serve. */
export function routedModels(
  { routes, releases: manifests }: Pick<AiRepository, "routes" | "releases">,
  releases: readonly ReleaseState[],
  targets: readonly TargetState[],
): RoutedModel[] {
  const models = new Map<string, RoutedModel>();
  const add = (name: string, version: string, by: string) => {
    const known = models.get(`${name}:${version}`) ?? { name, version, by: [] };
    if (!known.by.includes(by)) known.by.push(by);
    models.set(`${name}:${version}`, known);
  };
  for (const { path, targets: own } of routes)
    for (const { model, version } of Object.values(own)) add(model, version, path);
  for (const { path, targets: own } of manifests)
    for (const target of own)
      if (target.kind === "deployment" || target.kind === "inPlace")
        add(target.to.model.name, target.to.model.version, path);
  for (const target of targets) {
    const release = releases.find(({ releaseId }) => releaseId === target.current);
    const pointer = release?.pointers[targetKey(target)];
    if (release && (pointer?.kind === "deployment" || pointer?.kind === "inPlace"))
      add(pointer.model.name, pointer.model.version, release.releaseId);
  }
  return [...models.values()].sort((a, b) => (`${a.name}:${a.version}` < `${b.name}:${b.version}` ? -1 : 1));
}
