import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { readStory, storyFiles } from "../../../src/local/story/release/story-files.ts";
import { evaluatorIds } from "../../../src/shared/evals/registry.ts";
import { usualRules } from "../../../src/shared/releases/watch/usual-rules.ts";
import { lint } from "../../../src/shared/repository/lint.ts";

const starter = (file: string) => readFile(`starter/${file}`, "utf8");

async function story() {
  const files = await storyFiles(starter);
  const next = await files.next(["run-1"]);
  return { files, next, before: files.first, after: { ...files.first, ...next } };
}

describe("the files of the release story", () => {
  test("have nothing to mend, before and after the pull request", async () => {
    const { before, after } = await story();
    for (const files of [before, after]) {
      const found = lint(await readStory(files, "c"), { evaluatorIds: evaluatorIds() });
      expect(found.filter(({ severity }) => severity === "error")).toEqual([]);
    }
  });

  test("the pull request changes the route and the manifest, and nothing else", async () => {
    const { next, after } = await story();
    expect(Object.keys(next).sort()).toEqual(["releases/support.yaml", "routing/support.yaml"]);
    const { routes, releases } = await readStory(after, "c");
    expect(routes[0]?.targets).toMatchObject({ v2: { deployment: "chat--v2", version: "2026-08-06" } });
    expect(releases[0]).toMatchObject({ evidence: { runs: ["run-1"] }, watch: { mode: "act", minutes: 60 } });
  });

  test("quality, cost, latency and the safety filter block, on cases of which a third is held out", async () => {
    const { before } = await story();
    const [suite] = (await readStory(before, "c")).suites;
    const blocking = suite?.evaluators.filter((one) => one.blocking !== false).map(({ name }) => name);
    expect(blocking).toEqual(["groundedness", "refusal", "filtered", "latency", "cost"]);
    expect(suite?.cases.map(({ holdout }) => holdout === true).filter(Boolean)).toHaveLength(40);
    expect(suite?.cases).toHaveLength(120);
  });

  test("the watch has the usual rules that one arm alone can break, and critical ones for each fault", async () => {
    const { after } = await story();
    const rules = (await readStory(after, "c")).releases[0]?.watch.rules ?? [];
    expect(rules).toEqual(
      expect.arrayContaining(usualRules.rules.filter(({ against }) => against !== "concurrentArm")),
    );
    const critical = rules.filter((rule) => rule.critical).map(({ metric }) => metric);
    expect(critical).toEqual(["errorRatio", "safetyBlockedRatio", "latencyMeanMs"]);
  });
});
