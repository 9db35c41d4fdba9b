import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { aiRepository, casesFile, promptFile } from "../support/ai-repository.ts";
import { type Stage, startStage } from "../support/stage.ts";

vi.setConfig({ testTimeout: 120_000 });
let stage: Stage;
beforeAll(async () => {
  stage = await startStage({ repositories: 4 });
});
afterAll(() => stage.stop());

const routed = promptFile("good").replace("model: gpt-4.1-mini@2025-04-14", "route: chat");

function route(pick: string, options: { large?: string; parameters?: string } = {}): string {
  const { large = "gpt-4.1", parameters = "{}" } = options;
  return `schema: assay/routes/v1
name: chat
owner: ada
targets:
  mini: { deployment: gpt-4.1-mini, model: gpt-4.1-mini, version: "2025-04-14", parameters: ${parameters}, contextWindow: 1000000 }
  large: { deployment: ${large}, model: gpt-4.1, version: "2025-04-14", contextWindow: 1000000 }
rules:
  - id: pro
    when: { tier: pro }
    pick: large
    owner: ada
    rationale: Pro customers get the large model.
    evidence: [run-1]
    expires: "2099-01-31"
default: { pick: ${pick} }
`;
}

function files(): Record<string, string> {
  const held = `${JSON.stringify({ id: "held", inputs: { question: "900 secrets?" }, holdout: true })}\n`;
  return {
    ...aiRepository(),
    "evals/helper-cases.jsonl": `${casesFile(40)}${held}`,
    "prompts/helper.prompt.md": routed,
    "routing/chat.yaml": route("mini"),
  };
}

/** Calls by deployment since a count of calls. */
function callsSince(before: number): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { deployment } of stage.model.calls.slice(before)) counts[deployment] = (counts[deployment] ?? 0) + 1;
  return counts;
}

describe("a pull request that changes a route", () => {
  test("passes on a target that is as good, and is blocked on one that is worse; holdout cases are run", async () => {
    const { propose, push, check, comments } = await stage.open(files());
    const before = stage.model.calls.length;
    const { number, sha } = await propose("cheaper", { "routing/chat.yaml": route("mini", { large: "half-price" }) });
    expect(await check(sha)).toMatchObject({ conclusion: "failure" });
    expect(callsSince(before)).toEqual({ "gpt-4.1": 41, "half-price": 41 });
    expect(stage.model.calls.slice(before).filter(({ user }) => user.includes("900 secrets"))).toHaveLength(2);
    expect((await comments(number))[0]).toMatch(/helper@large/);
    expect((await comments(number))[0]).toContain("- `targets.large.deployment`: `gpt-4.1` → `half-price`");
    const again = stage.model.calls.length;
    const mended = await push({ "routing/chat.yaml": route("mini", { large: "gpt-5" }) });
    expect(await check(mended)).toMatchObject({ conclusion: "success" });
    // The old target's answers are there already.
    expect(callsSince(again)).toEqual({ "gpt-5": 41 });
    expect(await comments(number)).toHaveLength(1);
  });

  test("a canary on a worse target is blocked before it takes its first request", async () => {
    const { propose, check, comments } = await stage.open({
      ...files(),
      "routing/chat.yaml": route("mini", { large: "bad-idea" }).replace("pick: large", "pick: mini"),
    });
    const canary = "{ targets: [{ target: mini, weight: 1 }], canary: { target: large, percent: 1, salt: first } }";
    const { number, sha } = await propose("canary", {
      "routing/chat.yaml": route(canary, { large: "bad-idea" }).replace("pick: large", "pick: mini"),
    });
    expect(await check(sha)).toMatchObject({ conclusion: "failure" });
    expect((await comments(number))[0]).toContain("helper@mini→large");
  });

  test("a target's parameters are a change; the reasons of a rule are none; a route that breaks says where", async () => {
    const { propose, push, check, comments, repository, first } = await stage.open(files());
    await stage.github.announce(repository, "main", first);
    expect(await check(first, "assay / baseline")).toMatchObject({ conclusion: "success" });
    expect(callsSince(stage.model.calls.length - 82)).toEqual({ "gpt-4.1": 41, "gpt-4.1-mini": 41 });
    const decisions = `${stage.host.url}/api/routes/chat/decisions?repository=acme/${repository.name}`;
    const decided = await fetch(decisions, { method: "POST", body: JSON.stringify({ context: { tier: "free" } }) });
    expect(decided.status, await decided.text()).toBe(200);
    const before = stage.model.calls.length;
    const { sha, number } = await propose("cooler", {
      "routing/chat.yaml": route("mini", { parameters: "{ temperature: 0 }" }),
    });
    expect(await check(sha)).toMatchObject({ conclusion: "success" });
    // The base's answers are the baseline's.
    expect(callsSince(before)).toEqual({ "gpt-4.1-mini": 41 });
    const [told] = await comments(number);
    expect(told).toContain("Calls moved: 1 of 1 call recorded in the last 24 hours: `mini` → `mini` 1.");
    expect(told).toMatch(
      /`mini` → `mini`, `helper` on `helper`: cost \+\$0\.00 per 1,000 calls, latency .\d+ ms .*says-ok \+0/,
    );
    const explained = await push({ "routing/chat.yaml": route("mini").replace("get the", "shall get the") });
    expect(await check(explained)).toMatchObject({
      conclusion: "success",
      output: { title: expect.stringMatching(/moves no request/) },
    });
    const broken = await push({ "routing/chat.yaml": route("maxi") });
    const run = await check(broken);
    expect(run).toMatchObject({ conclusion: "failure" });
    expect(JSON.stringify(run.output)).toMatch(/route\/unknown-target|no target `maxi`/);
  });

  test("bad input: a route that is deleted under a prompt fails and names the mend", async () => {
    const { propose, check } = await stage.open(files());
    const { sha } = await propose("gone", { "routing/chat.yaml": undefined });
    const run = await check(sha);
    expect(run).toMatchObject({ conclusion: "failure" });
    expect(JSON.stringify(run.output)).toContain("routing/chat.yaml");
  });
});
