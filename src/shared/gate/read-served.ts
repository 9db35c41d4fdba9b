import type { Prompt } from "../repository/prompt.ts";
import { readRepositoryFromTree } from "../repository/read-repository.ts";
import type { Route } from "../repository/route.ts";
import { selectFiles } from "../repository/select-files.ts";
import { unresolvable } from "../routing/unresolvable.ts";
import type { RepositoryRef } from "./code-host.ts";
import type { GatePorts, OpenRepository } from "./ports.ts";

/** What a commit would serve. */
export interface Servable {
  routes: Route[];
  prompts: Prompt[];
  /** Every path of the commit. */
  paths: Set<string>;
  /** `route:support`: what a manifest names as its target; its release decides what is served. */
  released: Set<string>;
  /** A manifest cannot be read, so that it may name anything. */
  unsure: boolean;
}

/** The routes and prompts that can be served; one that cannot keeps the document that was published last. */
export async function readServed(
  ref: RepositoryRef,
  commit: string,
  { reader }: OpenRepository,
  ports: GatePorts,
): Promise<Servable> {
  const tree = await reader.tree(commit);
  const { suites, labels, bicep, releases, findings } = selectFiles(tree);
  // Neither decides what is served, and datasets are large.
  const idle = new Set([...suites, ...labels, ...bicep].map(({ path }) => path));
  const read = await readRepositoryFromTree(
    tree.filter(({ path }) => !idle.has(path)),
    reader,
    { commit, cache: ports.blobCache(ref.repositoryId) },
  );
  const secrets = new Set(
    read.findings.filter(({ code }) => code === "route/secret" || code === "prompt/secret").map(({ path }) => path),
  );
  const servable = <T extends Route | Prompt>(own: readonly T[], kind: string, broken: (one: T) => boolean) =>
    own.filter((one) => {
      const twin = own.some((other) => other !== one && other.name === one.name);
      const withheld = twin || secrets.has(one.path) || broken(one);
      if (withheld) ports.log.warn(`${kind}.withheld`, { ...ref, commit, path: one.path });
      return !withheld;
    });
  const targets = read.releases.flatMap((release) => release.targets);
  return {
    routes: servable(read.routes, "route", (route) => unresolvable(route).length > 0),
    // A schema that was not found stays its path.
    prompts: servable(read.prompts, "prompt", ({ output }) => typeof output.schema === "string"),
    paths: new Set(tree.map(({ path }) => path)),
    released: new Set(targets.map(({ kind, alias }) => `${kind}:${alias}`)),
    unsure:
      read.releases.length < releases.length || findings.some(({ path }) => path?.startsWith("releases/") ?? false),
  };
}
