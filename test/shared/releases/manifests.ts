import { evaluatorIds } from "../../../src/shared/evals/registry.ts";
import type { AiRepository } from "../../../src/shared/repository/ai-repository.ts";
import { lint } from "../../../src/shared/repository/lint.ts";
import { readRepositoryFromTree } from "../../../src/shared/repository/read-repository.ts";
import type { ReleaseManifest } from "../../../src/shared/repository/release.ts";
import { helloFiles, memoryRepository } from "../repository/memory-repository.ts";

export const deployment = (n: number, more = "") =>
  `  - { id: chat, kind: deployment, alias: chat, to: { deployment: chat--v${n}, model: { name: gpt-4.1, version: "2025-04-14" }, sku: { name: GlobalStandard, capacity: 50 }, contentFilter: strict${more} } }\n`;

export const watch = "watch: { rules: [{ id: errors, metric: errorRatio, against: concurrentArm }] }\n";

/** A manifest that binds the prompt `hello` by this digest. */
export function manifest(
  options: { digest?: string; targets?: string; more?: string; rest?: string; name?: string; stage?: string } = {},
): string {
  const { digest, targets = deployment(2), more = "", rest = watch, name = "chat", stage = "prod" } = options;
  const prompts = digest === undefined ? "" : `prompts: [{ name: hello, digest: ${digest} }]\n`;
  return `schema: assay/release/v1\nname: ${name}\nowner: ada\nrunbook: docs/night.md\nstage: ${stage}\n${prompts}targets:\n${targets}${more}${rest}`;
}

export async function readFiles(files: Record<string, string>): Promise<AiRepository> {
  const { reader, entries } = memoryRepository({ ...helloFiles, "docs/night.md": "Wake up.", ...files });
  return readRepositoryFromTree(entries, reader, { commit: "c".repeat(40) });
}

/** The manifest with what is found in it, `code line:column: fix`. */
export async function readManifest(
  text: string,
  files: Record<string, string> = {},
): Promise<{ release: ReleaseManifest | undefined; found: string[]; repository: AiRepository }> {
  const repository = await readFiles({ "releases/chat.yaml": text, ...files });
  const findings = lint(repository, { evaluatorIds: evaluatorIds() });
  const found = findings
    .filter(({ path }) => path === "releases/chat.yaml")
    .map(({ code, line, column, fix }) => `${code} ${line}:${column}: ${fix}`);
  return { release: repository.releases.find(({ path }) => path === "releases/chat.yaml"), found, repository };
}
