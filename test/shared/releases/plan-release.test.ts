import { describe, expect, test } from "vitest";
import { releaseBlock } from "../../../src/shared/gate/comment-releases.ts";
import { planRelease } from "../../../src/shared/releases/plan-release.ts";
import { pointersOf } from "../../../src/shared/releases/pointer-of.ts";
import type { TargetState } from "../../../src/shared/releases/release-state.ts";
import { showMarks } from "../../../src/shared/releases/show-marks.ts";
import { showReleases } from "../../../src/shared/releases/show-releases.ts";
import { helloPrompt } from "../repository/memory-repository.ts";
import { deployment, manifest, readFiles, readManifest } from "./manifests.ts";

const agent = '  - { id: helper, kind: agent, alias: helper, dependsOn: [chat], to: { version: "8" } }\n';
const planned = async (text: string, files = {}) => {
  const { release, repository } = await readManifest(text, files);
  if (!release) throw new Error(JSON.stringify(repository.findings));
  return planRelease(release, repository, new Map());
};

describe("a plan", () => {
  test("flips what others depend on first, from what is served to what the manifest says", async () => {
    const before = await readManifest(manifest({ targets: agent.replace('"8"', '"7"') + deployment(2) }));
    const { release, repository } = await readManifest(manifest({ targets: agent + deployment(3) }));
    if (!release) throw new Error("not read");
    const plan = planRelease(release, repository, pointersOf(before.release, before.repository));
    const model = { format: "OpenAI", name: "gpt-4.1", version: "2025-04-14" };
    expect(plan.steps).toMatchObject([
      {
        target: { id: "chat" },
        before: { kind: "deployment", deployment: "chat--v2", model },
        after: { kind: "deployment", deployment: "chat--v3", model },
        unchanged: false,
      },
      {
        target: { id: "helper", dependsOn: ["chat"] },
        before: { kind: "agent", rules: [{ version: "7", percentage: 100 }] },
        after: { kind: "agent", rules: [{ version: "8", percentage: 100 }] },
      },
    ]);
    expect(plan).toMatchObject({ commit: "c".repeat(40), stage: "prod", problems: [] });
  });

  test("is bound to the manifest and to what it binds as the commit has it", async () => {
    const { prompts } = await readFiles({});
    const text = manifest({ digest: prompts[0]?.contentDigest ?? "" });
    const { digest } = await planned(text);
    expect((await planned(`# a remark\n${text}`)).digest).toBe(digest);
    expect((await planned(text.replace("capacity: 50", "capacity: 60"))).digest).not.toBe(digest);
    const edited = { "prompts/hello.prompt.md": helloPrompt.replace("briefly", "at length") };
    const other = await planned(text, edited);
    expect(other.digest).not.toBe(digest);
    expect(other.problems.map(({ code }) => code)).toEqual(["release/stale-digest"]);
  });
});

describe("a pull request is shown", () => {
  const read = (text?: string) => readFiles(text === undefined ? {} : { "releases/chat.yaml": text });
  test("what the manifests that it touches would do", async () => {
    const [none, two, three] = await Promise.all([
      read(),
      read(manifest()),
      read(manifest({ targets: agent + deployment(3) })),
    ]);
    expect(showReleases(two, two)).toEqual([]);
    expect(showReleases(none, two)).toMatchObject([
      { kind: "added", steps: [{ to: "chat--v2 (gpt-4.1 2025-04-14)" }] },
    ]);
    expect(showReleases(two, none)).toMatchObject([{ kind: "removed", steps: [] }]);
    const shown = showReleases(two, three);
    expect(shown).toMatchObject([{ kind: "changed", stage: "prod", digest: expect.stringMatching(/^[0-9a-f]{64}$/) }]);
    const [text = ""] = releaseBlock({ releases: shown }).texts;
    expect(text).toContain("Release <code>chat</code>: 2 flips at prod");
    expect(text).toContain(
      "| 1 | `chat` (deployment) | `chat--v2 (gpt-4.1 2025-04-14)` | `chat--v3 (gpt-4.1 2025-04-14)` |  |",
    );
    expect(text).toContain("| 2 | `helper` (agent) | none | `version 8` | `chat` |");
    expect(text).toContain("Plan `");
  });

  test("what people put on its targets, while it holds: whoever merges knows before", async () => {
    const [two, three] = await Promise.all([read(manifest()), read(manifest({ targets: deployment(3) }))]);
    const mark = (until: string) => ({ until, why: "@all quarter's end", by: "grace" });
    const target = (alias: string, change: Partial<TargetState>): TargetState => ({
      ...{ id: alias, kind: "deployment", alias, epoch: 1, ...change },
    });
    const now = new Date("2026-11-21T10:00:00.000Z");
    const [past, future] = ["2026-11-21T09:00:00.000Z", "2026-11-21T11:00:00.000Z"];
    const shown = showReleases(two, three);
    const marked = showMarks(
      shown,
      [target("chat", { paused: mark(future), frozen: mark(past) }), target("other", { frozen: mark(future) })],
      now,
    );
    const [text = ""] = releaseBlock({ releases: marked }).texts;
    expect(text).toContain("- chat is paused until 2026-11-21 11:00 UTC by grace: ");
    expect(text).not.toMatch(/frozen|@all/);
    expect(showMarks(shown, [target("chat", { frozen: mark(future) })], now)).toMatchObject([
      { marks: [expect.stringContaining("chat is frozen until")] },
    ]);
    expect(showMarks(shown, [target("chat", { frozen: mark(past) })], now)).toEqual(shown);
  });

  test("what refuses it for now, and nothing that Markdown would run away with", async () => {
    const hostile = manifest({ more: `prompts: [{ name: "@team | <b>x", digest: ${"f".repeat(64)} }]\n` });
    const [text = ""] = releaseBlock({ releases: showReleases(await read(), await read(hostile)) }).texts;
    expect(text).toContain("refused for now:");
    expect(text).not.toMatch(/@team|<b>|[^\\]\| <b/);
  });
});
