import picomatch from "picomatch";
import { sizeLimitOf } from "./dataset-rows.ts";
import { createFinding, type Finding } from "./finding.ts";
import { sizeLimits, tooLarge } from "./read-text.ts";
import type { TreeEntry } from "./repository-reader.ts";

export const policyPath = "assay.yaml";
const isPrompt = picomatch("prompts/**/*.prompt.md", { dot: true });
const isLabels = picomatch("labels/*.jsonl", { dot: true });
const isSuite = picomatch("evals/**/*.{yaml,yml}", { dot: true });
const isRoute = picomatch("routing/**/*.{yaml,yml}", { dot: true });
const isBicep = picomatch("foundry/**/*.bicep", { dot: true });
const isRelease = picomatch("releases/**/*.{yaml,yml}", { dot: true });

/** Files of one kind that are read of one commit; each costs a call to the code host. */
const mostFiles = 1_000;

/** The files of an AI repository in a git tree. What lies elsewhere, `.github/prompts` among it, is none of it. */
export interface SelectedFiles {
  prompts: TreeEntry[];
  /** Suites, and datasets in YAML: only their content tells. */
  suites: TreeEntry[];
  routes: TreeEntry[];
  releases: TreeEntry[];
  bicep: TreeEntry[];
  policy?: TreeEntry;
  labels: TreeEntry[];
  findings: Finding[];
}

export function selectFiles(entries: readonly TreeEntry[]): SelectedFiles {
  const findings: Finding[] = [];
  const usable = entries.filter((entry) => {
    const finding = isOwnPath(entry.path) ? unusable(entry) : undefined;
    if (finding) findings.push(finding);
    return entry.type === "blob" && !finding;
  });
  const select = (matches: (path: string) => boolean, kind: string, most: number = sizeLimits.text) => {
    const files = usable.filter(({ path }) => matches(path)).sort((a, b) => (a.path < b.path ? -1 : 1));
    const [first] = files.slice(mostFiles);
    if (first)
      findings.push(
        createFinding(
          "file/too-many",
          { path: first.path },
          `There are ${files.length} ${kind}; ${mostFiles} are read.`,
        ),
      );
    return files.slice(0, mostFiles).filter((entry) => {
      const large = sizeFinding(entry, most);
      if (large) findings.push(large);
      return !large;
    });
  };
  const prompts = select(isPrompt, "prompts");
  const suites = select(isSuite, "YAML files in evals/");
  const routes = select(isRoute, "routes");
  const releases = select(isRelease, "releases");
  const bicep = select(isBicep, "Bicep files in foundry/");
  const [policy] = select((path) => path === policyPath, "policies");
  const labels = select(isLabels, "label files", sizeLimits.dataset);
  return { prompts, suites, labels, routes, releases, bicep, ...(policy ? { policy } : {}), findings };
}

/** The entry that a reference names, or why it cannot be used (without the place of the reference). */
export function referencedFile(path: string, entries: ReadonlyMap<string, TreeEntry>): TreeEntry | Finding {
  const entry = entries.get(path);
  if (!entry) return createFinding("file/not-found", { path }, `\`${path}\` does not exist.`);
  return (
    unusable(entry) ??
    sizeFinding(entry, sizeLimitOf(path)) ??
    (entry.type === "blob" ? entry : createFinding("file/not-found", { path }, `\`${path}\` is a folder.`))
  );
}

export function isFinding(value: TreeEntry | Finding | Uint8Array): value is Finding {
  return "code" in value;
}

/** In the folders that are ours, or such a folder itself: a link named `prompts` hides every prompt. */
function isOwnPath(path: string): boolean {
  return /^(prompts|evals|labels|routing|releases|foundry)(\/|$)/.test(path) || path === policyPath;
}

function unusable({ path, mode, type }: TreeEntry): Finding | undefined {
  if (mode === "120000") return createFinding("file/symlink", { path }, `\`${path}\` is a symbolic link.`);
  if (mode === "160000" || type === "commit")
    return createFinding("file/submodule", { path }, `\`${path}\` is a submodule.`);
  return undefined;
}

function sizeFinding({ path, size }: TreeEntry, limit: number): Finding | undefined {
  return size !== undefined && size > limit ? tooLarge(path, size, limit) : undefined;
}
