import type { AiRepository } from "./ai-repository.ts";
import { lintBicep } from "./bicep/lint-bicep.ts";
import { type Finding, sortFindings } from "./finding.ts";
import { loadOutputSchema, loadSuite, runbookFindings, schemaDigestFindings } from "./load-references.ts";
import { parseLabels } from "./parse-labels.ts";
import { parsePolicy } from "./parse-policy.ts";
import { type ParsedPrompt, parsePrompt } from "./parse-prompt.ts";
import { type ParsedRelease, parseRelease } from "./parse-release.ts";
import { parseRoute } from "./parse-route.ts";
import { type ParsedSuite, parseSuite } from "./parse-suite.ts";
import { readBlobs } from "./read-blobs.ts";
import { resolveReference } from "./reference-path.ts";
import type { BlobCache, RepositoryReader, TreeEntry } from "./repository-reader.ts";
import { secretFindings } from "./secret-findings.ts";
import { isFinding, policyPath, referencedFile, selectFiles } from "./select-files.ts";

/** Changes on top of a tree: entries that are added or replaced, paths that are gone. */
export interface Overlay {
  entries: TreeEntry[];
  removed: string[];
}

export interface ReadOptions {
  overlay?: Overlay;
  cache?: BlobCache;
}

/** Reads the AI repository at a commit, from one recursive tree and the blobs that belong to it. */
export async function readRepository(
  reader: RepositoryReader,
  commit: string,
  options: ReadOptions = {},
): Promise<AiRepository> {
  const tree = await reader.tree(commit);
  const entries = options.overlay ? overlayTree(tree, options.overlay) : tree;
  return readRepositoryFromTree(entries, reader, { commit, ...(options.cache ? { cache: options.cache } : {}) });
}

export function overlayTree(tree: readonly TreeEntry[], overlay: Overlay): TreeEntry[] {
  const entries = new Map(tree.map((entry) => [entry.path, entry]));
  for (const path of overlay.removed) entries.delete(path);
  for (const entry of overlay.entries) entries.set(entry.path, entry);
  return [...entries.values()];
}

/** Reads the AI repository that these entries make. `commit` only names the result. */
export async function readRepositoryFromTree(
  entries: readonly TreeEntry[],
  reader: RepositoryReader,
  options: { commit: string; cache?: BlobCache },
): Promise<AiRepository> {
  const byPath = new Map(entries.map((entry) => [entry.path, entry]));
  const selected = selectFiles(entries);
  const own = [
    ...selected.prompts,
    ...selected.suites,
    ...selected.labels,
    ...selected.routes,
    ...selected.releases,
    ...selected.bicep,
    ...(selected.policy ? [selected.policy] : []),
  ];
  const blobs = await readBlobs(
    own.map(({ sha }) => sha),
    reader,
    options.cache,
  );
  const bytesOf = ({ sha }: TreeEntry) => blobs.get(sha) ?? new Uint8Array();
  const prompts = selected.prompts.map((entry) => ({ entry, ...parsePrompt(entry.path, bytesOf(entry)) }));
  const suites = selected.suites.map((entry) => ({ entry, ...parseSuite(entry.path, bytesOf(entry)) }));
  const routes = selected.routes.map((entry) => parseRoute(entry.path, bytesOf(entry)));
  const releases = selected.releases.map((entry) => parseRelease(entry.path, bytesOf(entry)));
  const labels = selected.labels.map((entry) => parseLabels(entry.path, bytesOf(entry)));

  const referenced = new Set([
    ...prompts.flatMap(schemaPath),
    ...suites.flatMap(referencedPaths),
    ...releases.flatMap(boundSchemas),
  ]);
  const wanted = [...referenced]
    .map((path) => referencedFile(path, byPath))
    .flatMap((file) => (isFinding(file) ? [] : [file]));
  for (const [sha, bytes] of await readBlobs(
    wanted.map(({ sha }) => sha),
    reader,
    options.cache,
  ))
    blobs.set(sha, bytes);
  const readFile = (path: string): Uint8Array | Finding => {
    const file = referencedFile(path, byPath);
    return isFinding(file) ? file : bytesOf(file);
  };

  const datasets = new Set(suites.flatMap(datasetPaths));
  const read = suites.flatMap((suite) => {
    // A dataset in YAML lies where suites lie, and is none.
    if (!suite.suite && datasets.has(suite.entry.path)) return [];
    return [loadSuite(suite.entry.path, suite, readFile)];
  });
  const policy = selected.policy ? parsePolicy(policyPath, bytesOf(selected.policy)) : undefined;
  const withSchemas = prompts.map((parsed) => loadOutputSchema(parsed, readFile));
  const present = [...own.map(({ path }) => path), ...referenced].flatMap((path) => byPath.get(path) ?? []);
  const secrets = present.flatMap((entry) => secretFindings(entry.path, bytesOf(entry)));
  return {
    commit: options.commit,
    prompts: withSchemas.flatMap(({ prompt }) => prompt ?? []),
    suites: read.flatMap(({ suite }) => suite ?? []),
    routes: routes.flatMap(({ route }) => route ?? []),
    releases: releases.flatMap(({ release }) => release ?? []),
    ...(policy?.policy ? { policy: policy.policy } : {}),
    labels: { labels: labels.flatMap((file) => file.labels), judged: labels.flatMap((file) => file.judged) },
    findings: sortFindings([
      ...selected.findings,
      ...withSchemas.flatMap(({ findings }) => findings),
      ...read.flatMap(({ findings }) => findings),
      ...routes.flatMap(({ findings }) => findings),
      ...releases.flatMap(({ findings }) => findings),
      ...releases.flatMap((parsed) => schemaDigestFindings(parsed, readFile)),
      ...releases.flatMap((parsed) => runbookFindings(parsed, (path) => byPath.has(path))),
      ...selected.bicep.flatMap((entry) => lintBicep(entry.path, bytesOf(entry))),
      ...(policy?.findings ?? []),
      ...labels.flatMap((file) => file.findings),
      ...secrets,
    ]),
    files: new Map(present.map(({ path, sha }) => [path, sha])),
  };
}

function schemaPath({ prompt }: ParsedPrompt): string[] {
  const schema = prompt?.output.schema;
  return prompt && typeof schema === "string" ? pathsOf(prompt.path, [schema]) : [];
}

function datasetPaths({ suite, entry }: ParsedSuite & { entry: TreeEntry }): string[] {
  return pathsOf(entry.path, suite?.datasets.flatMap((dataset) => ("path" in dataset ? [dataset.path] : [])) ?? []);
}

function referencedPaths(parsed: ParsedSuite & { entry: TreeEntry }): string[] {
  const schemas = parsed.suite?.evaluators.flatMap((evaluator) =>
    typeof evaluator.with.schema === "string" ? [evaluator.with.schema] : [],
  );
  return [...datasetPaths(parsed), ...pathsOf(parsed.entry.path, schemas ?? [])];
}

function boundSchemas({ release }: ParsedRelease): string[] {
  return release
    ? pathsOf(
        release.path,
        release.schemas.map(({ path }) => path),
      )
    : [];
}

function pathsOf(from: string, references: string[]): string[] {
  return references.flatMap((reference) => {
    const resolved = resolveReference(from, reference);
    return "path" in resolved ? [resolved.path] : [];
  });
}
