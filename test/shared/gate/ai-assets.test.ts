import { expect, test } from "vitest";
import { changedAssets, overlay } from "../../../src/shared/gate/ai-assets.ts";
import type { TreeEntry } from "../../../src/shared/repository/repository-reader.ts";

function tree(files: Record<string, string>): TreeEntry[] {
  return Object.entries(files).map(([path, sha]) => ({ path, sha, mode: "100644", type: "blob" }));
}

test("the head is the base branch's tip with what the pull request changed", () => {
  const parted = tree({ "prompts/a": "1", "prompts/b": "1", "prompts/gone": "1" });
  const tip = tree({ "prompts/a": "2", "prompts/b": "1", "prompts/gone": "1", "prompts/new-on-main": "1" });
  const head = tree({ "prompts/a": "1", "prompts/b": "9", "prompts/added": "1" });
  const merged = overlay(tip, parted, head);
  expect(Object.fromEntries(merged.map(({ path, sha }) => [path, sha]))).toEqual({
    "prompts/a": "2",
    "prompts/b": "9",
    "prompts/added": "1",
    "prompts/new-on-main": "1",
  });
  expect(changedAssets(tip, merged)).toEqual(["prompts/added", "prompts/b", "prompts/gone"]);
});

test("only prompts, evals and the policy are AI assets; a changed mode is a change", () => {
  const before = tree({ "src/app.ts": "1", "assay.yaml": "1", "evals/x.yaml": "1" });
  const after = tree({ "src/app.ts": "2", "assay.yaml": "2", "evals/x.yaml": "1" });
  expect(changedAssets(before, after)).toEqual(["assay.yaml"]);
  const linked = after.map((entry) => (entry.path === "evals/x.yaml" ? { ...entry, mode: "120000" } : entry));
  expect(changedAssets(before, linked)).toEqual(["assay.yaml", "evals/x.yaml"]);
});
