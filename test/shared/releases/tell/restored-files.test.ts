import { expect, test } from "vitest";
import { manifestPath, restoredFiles } from "../../../../src/shared/releases/tell/restored-files.ts";

const file = (sha: string, mode = "100644") => ({ path: "releases/support.yaml", mode, type: "blob", sha });
const path = "releases/support.yaml";

test("what the default branch still has as the release brought it goes back to what it was", () => {
  expect(restoredFiles([{ path, bad: file("bad"), good: file("good"), now: file("bad") }])).toEqual([
    { path, mode: "100644", sha: "good" },
  ]);
});

test("what was not there before goes", () => {
  expect(restoredFiles([{ path, bad: file("bad"), good: undefined, now: file("bad") }])).toEqual([
    { path, mode: "100644" },
  ]);
});

test("what somebody changed since, what went since, and what the release did not change stays", () => {
  expect(
    restoredFiles([
      { path, bad: file("bad"), good: file("good"), now: file("newer") },
      { path, bad: file("bad"), good: file("good"), now: undefined },
      { path, bad: file("same"), good: file("same"), now: file("same") },
      { path, bad: undefined, good: file("good"), now: undefined },
    ]),
  ).toEqual([]);
});

test("a manifest is found by its name in whichever folder below releases/", () => {
  const tree = ["prompts/support.yaml", "releases/eu/support.yaml", "releases/support-2.yaml"].map((at) => ({
    ...file("x"),
    path: at,
  }));
  expect(manifestPath(tree, "support")).toBe("releases/eu/support.yaml");
  expect(manifestPath(tree, "other")).toBeUndefined();
});
