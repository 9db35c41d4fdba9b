import { readFile } from "node:fs/promises";
import path from "node:path";
import { planDigest } from "../../../shared/releases/plan-release.ts";
import type { AiRepository } from "../../../shared/repository/ai-repository.ts";
import { blobSha } from "../../../shared/repository/read-blobs.ts";
import { readRepositoryFromTree } from "../../../shared/repository/read-repository.ts";

export interface StoryFiles {
  /** What the story's repository has on top of the starter. */
  first: Record<string, string>;
  /** What the pull request changes, with the runs that speak for it. */
  next(runs: readonly string[]): Promise<Record<string, string>>;
}

const manifestPath = "releases/support.yaml";
const routePath = "routing/support.yaml";
const promptPath = "prompts/support/support-assistant.prompt.md";
const runbookPath = "docs/runbook.md";

/** The model that serves, and the version of it that appears. */
export const storyModels = [
  { format: "OpenAI", name: "gpt-5-mini", version: "2025-08-07" },
  { format: "OpenAI", name: "gpt-5-mini", version: "2026-08-06" },
] as const;

/** Where the team tries a new version before it is deployed for production. */
export const tryDeployment = "chat-try";

const anyDigest = "0".repeat(64);
const here = (name: string) => readFile(path.join(import.meta.dirname, name), "utf8");

/** What the starter only shows, and this release has to hold; a third of the cases is held out. */
const budgets = [
  "{ name: filtered, uses: filtered, threshold: 0.05, margin: 0.05 }",
  "{ name: latency, uses: latency, threshold: 2, relativeMargin: 0.25 }",
  "{ name: cost, uses: cost, threshold: 0.002, relativeMargin: 0.25 }",
];
const suitePath = "evals/support/support-regression.yaml";
export const casesPath = "evals/support/support-cases.jsonl";

/** `starter` reads one of its files. */
export async function storyFiles(starter: (file: string) => Promise<string>): Promise<StoryFiles> {
  const [starterPrompt, starterSuite, starterCases] = await Promise.all(
    [promptPath, suitePath, casesPath].map(starter),
  );
  const suite = budgets.reduce((text, budget) => {
    const [name = ""] = /name: \w+/.exec(budget) ?? [];
    return text.replace(new RegExp(`\\{ ${name},.*\\}`), budget);
  }, starterSuite ?? "");
  const heldOut = (starterCases ?? "").replace(/^\{/gm, (brace, at: number, all: string) =>
    all.slice(0, at).split("\n").length % 3 === 0 ? '{"holdout":true,' : brace,
  );
  // A prompt with a route goes where the route goes; models of this family take no temperature.
  const prompt = (starterPrompt ?? "")
    .replace(/^model: .*\n/m, "route: support\n")
    .replace(/temperature: [\d.]+, /, "");
  const [route, manifest, runbook] = await Promise.all([here("route.yaml"), here("manifest.yaml"), here("runbook.md")]);
  const numbered = (text: string, n: 1 | 2) =>
    text.replaceAll("{n}", `${n}`).replaceAll("{version}", storyModels[n - 1]?.version ?? "");
  const fill = async (n: 1 | 2, runs: readonly string[]) => {
    const files = { [promptPath]: prompt, [routePath]: numbered(route, n) };
    const evals = { [suitePath]: suite, [casesPath]: heldOut };
    const { prompts, routes } = await readStory(files, "unmerged");
    const bound = numbered(manifest, n)
      .replaceAll("{prompt}", prompts[0]?.contentDigest ?? anyDigest)
      .replaceAll("{route}", routes[0]?.digest ?? anyDigest)
      .replaceAll("{runs}", runs.join(", "));
    return { ...files, ...evals, [manifestPath]: bound, [runbookPath]: runbook };
  };
  const first: Record<string, string> = await fill(1, ["run-before-the-story"]);
  const next = async (runs: readonly string[]) =>
    Object.fromEntries(Object.entries(await fill(2, runs)).filter(([file, text]) => first[file] !== text));
  return { first, next };
}

/** Files as the product reads them. */
export function readStory(files: Readonly<Record<string, string>>, commit: string): Promise<AiRepository> {
  const blobs = new Map<string, Uint8Array>();
  const entries = Object.entries(files).map(([file, text]) => {
    const bytes = Buffer.from(text);
    const sha = blobSha(bytes);
    blobs.set(sha, bytes);
    return { path: file, mode: "100644", type: "blob", sha, size: bytes.length };
  });
  const reader = { tree: async () => entries, blob: async (sha: string) => blobs.get(sha) ?? new Uint8Array() };
  return readRepositoryFromTree(entries, reader, { commit });
}

/** The release that a merge of these files promotes, and the digest of its plan. */
export async function plannedRelease(
  files: Readonly<Record<string, string>>,
): Promise<{ digest: string; releaseId: string }> {
  const read = await readStory(files, "merged");
  const [manifest] = read.releases;
  if (!manifest) throw new Error("The story's manifest cannot be read.");
  const digest = planDigest(manifest, read);
  return { digest, releaseId: `${manifest.name}-${digest.slice(0, 12)}` };
}
