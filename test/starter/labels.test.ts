import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { sampleDigest } from "../../src/shared/evals/calibration/sample-digest.ts";
import { judgesOf } from "../../src/shared/gate/planned-judges.ts";
import { readRepositoryFromTree } from "../../src/shared/repository/read-repository.ts";

const starter = path.resolve(import.meta.dirname, "../../starter");

test("the starter's labels are of its cases as they are, and its judge is calibrated by them", async () => {
  const files = readdirSync(starter, { recursive: true, encoding: "utf8" }).filter((file) =>
    statSync(path.join(starter, file)).isFile(),
  );
  const shas = execFileSync("git", ["hash-object", ...files], { cwd: starter, encoding: "utf8" })
    .trim()
    .split("\n");
  const entries = files.map((file, i) => {
    return { path: file.replaceAll("\\", "/"), mode: "100644", type: "blob", sha: shas[i] ?? "" };
  });
  const byPath = new Map(entries.map(({ path: own, sha }) => [sha, own]));
  const blob = async (sha: string) => readFileSync(path.join(starter, byPath.get(sha) ?? ""));
  const repository = await readRepositoryFromTree(entries, { tree: async () => entries, blob }, { commit: "starter" });
  expect(repository.findings).toEqual([]);
  const [suite] = repository.suites;
  const cases = new Map(suite?.cases.map((item) => [item.id, item]));
  const { labels } = repository.labels;
  expect(labels.length).toBeGreaterThanOrEqual(50);
  for (const { sample, case: id = "", output = "" } of labels) {
    const item = cases.get(id);
    expect(item && sampleDigest(item, { output }), id).toBe(sample);
  }
  // A judge that changed (deployment, version, instructions) makes this fail: `npm run label:starter`.
  expect(judgesOf(suite?.evaluators ?? [], repository.labels)).toMatchObject({ relevance: { calibrated: true } });
  expect(suite?.evaluators.find(({ name }) => name === "relevance")?.blocking).toBe(false);
});
