import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { deployment, manifest } from "../shared/releases/manifests.ts";
import { aiRepository } from "../support/ai-repository.ts";
import { commitFirst, folderWith, runCli } from "../support/run-cli.ts";

let made: Awaited<ReturnType<typeof folderWith>>;
beforeAll(async () => {
  made = await folderWith({ ...aiRepository(), "releases/chat.yaml": manifest() });
  commitFirst(made.folder);
  await made.write({ "releases/chat.yaml": manifest({ targets: deployment(3) }) });
});
afterAll(() => made.remove());
const assay = (...args: string[]) => runCli(args, { cwd: made.folder });

test("assay compare prints the plan of a manifest that moves no request", async () => {
  const { code, out } = await assay("compare", "--base", "main");
  expect({ code, out }).toEqual({ code: 0, out: expect.stringContaining("No prompt or suite differs from main.") });
  expect(out).toMatch(/release chat: 1 flip of 1 target at prod, plan [0-9a-f]{12}/);
  expect(out).toContain("  1. chat (deployment chat): chat--v2 (gpt-4.1 2025-04-14) → chat--v3 (gpt-4.1 2025-04-14)");
  const { out: json } = await assay("compare", "--base", "main", "--json");
  expect(JSON.parse(json)).toMatchObject({ verdict: "pass", releases: [{ name: "chat", steps: [{ alias: "chat" }] }] });
});

describe("assay release plan", () => {
  test("says what would flip, from what the base says to what the checkout says", async () => {
    const { code, out } = await assay("release", "plan", "chat", "--base", "main");
    expect(out).toContain("1. chat (deployment chat): chat--v2 (gpt-4.1 2025-04-14) → chat--v3 (gpt-4.1 2025-04-14)");
    expect(code).toBe(0);
    expect((await assay("release", "plan", "chat")).out).toContain("not asked (--base) → chat--v3");
    const { out: json } = await assay("release", "plan", "chat", "--json");
    expect(JSON.parse(json)).toMatchObject({ name: "chat", digest: expect.any(String), steps: [{ unchanged: false }] });
  });

  test("bad input: no such release, no such action, a manifest that names what does not exist", async () => {
    expect((await assay("release", "plan", "chart")).err).toContain("Did you mean `chat`?");
    expect((await assay("release", "plan")).err).toContain("needs a release");
    expect((await assay("release", "plam", "chat")).err).toContain("There is no `assay release plam`");
    await made.write({ "releases/broken.yaml": manifest({ name: "broken", more: "color: red\n" }) });
    expect((await assay("release", "plan", "broken")).err).toMatch(
      /releases\/broken\.yaml:\d+:1 cannot be read: Unknown key `color`/,
    );
    const gone = manifest({ name: "gone", stage: "staging", digest: "f".repeat(64) });
    await made.write({ "releases/gone.yaml": gone });
    const { code, out } = await assay("release", "plan", "gone");
    expect(code).toBe(1);
    expect(out).toContain("refused for now: releases/gone.yaml:6:19 There is no prompt `hello`.");
    const lint = await assay("lint");
    expect(lint.out).toContain("releases/gone.yaml:6:19 error release/unknown-prompt");
  });
});
