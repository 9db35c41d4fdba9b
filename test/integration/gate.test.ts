import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { callGitHub, waitForCheck } from "../../src/local/story/github-user.ts";
import { aiRepository, casesFile, policyFile, promptFile, suiteFile } from "../support/ai-repository.ts";
import { reportRows, testWithData } from "../support/data.ts";
import { type Stage, startStage } from "../support/stage.ts";

// Waits end with what they wait for; on a machine that does much else that takes its time.
vi.setConfig({ testTimeout: 120_000 });
let stage: Stage;
beforeAll(async () => {
  stage = await startStage({ repositories: 16 });
});
afterAll(() => stage.stop());

describe("the gate, from webhook to check", () => {
  test("a pull request without AI assets is green, and says so", async () => {
    const { propose, check, comments } = await stage.open(aiRepository());
    const { number, sha } = await propose("docs", { "README.md": "More words.\n" });
    expect(await check(sha)).toMatchObject({
      conclusion: "success",
      output: { title: expect.stringMatching(/no AI assets changed/i) },
    });
    expect(await comments(number)).toEqual([]);
  });

  test("a regression blocks with the reasons in one comment; the next commit mends it; a merge becomes the baseline", async () => {
    const { propose, push, check, comments, user, repository, first } = await stage.open(aiRepository());
    await stage.github.announce(repository, "main", first);
    await check(first, "assay / baseline");
    const { number, sha } = await propose("worse", {
      "prompts/helper.prompt.md": promptFile("half", { version: "1.1.0" }),
    });
    const blocked = await check(sha);
    expect(blocked).toMatchObject({ conclusion: "failure", output: { title: expect.stringContaining("says-ok") } });
    const [comment] = await comments(number);
    expect(comment).toContain("says-ok");
    const mended = await push({ "prompts/helper.prompt.md": promptFile("good", { version: "1.2.0" }) });
    expect(await check(mended)).toMatchObject({ conclusion: "success" });
    expect(await comments(number)).toHaveLength(1);
    const before = stage.model.calls.length;
    const merged = await callGitHub<{ sha: string }>(user, "PUT", `pulls/${number}/merge`, { sha: mended });
    expect(await check(merged.sha, "assay / baseline")).toMatchObject({ conclusion: "success" });
    // The merged prompt is the one that the gate has paid for.
    expect(stage.model.calls.length).toBe(before);
  });

  test("a request that is the same on both sides is made once and counts as unchanged", async () => {
    const { propose, check } = await stage.open(aiRepository());
    const before = stage.model.calls.length;
    const { sha } = await propose("version", { "prompts/helper.prompt.md": promptFile("good", { version: "1.0.1" }) });
    expect(await check(sha)).toMatchObject({ conclusion: "success" });
    expect(stage.model.calls.length - before).toBe(40);
  });

  test("a superseded head is not called for once the new one is recorded", async () => {
    const { propose, push, check, repository } = await stage.open(aiRepository("good", 160));
    const { promise, resolve: release } = Promise.withResolvers<void>();
    stage.model.held = promise;
    try {
      const of = (wording: string) => stage.model.calls.filter(({ system }) => system.includes(wording));
      const { sha } = await propose("first", { "prompts/helper.prompt.md": promptFile("good first wording") });
      await expect.poll(() => of("first wording").length, { timeout: 30_000 }).toBeGreaterThan(0);
      const second = await push({ "prompts/helper.prompt.md": promptFile("good second wording") });
      // A gate is recorded before its check is opened.
      await expect
        .poll(() => repository.checkRuns.some(({ headSha }) => headSha === second), { timeout: 30_000 })
        .toBe(true);
      release();
      expect(await check(second)).toMatchObject({ conclusion: "success" });
      expect(await check(sha)).toMatchObject({ conclusion: "cancelled" });
      expect(of("first wording").length).toBeLessThan(160);
      const firstOfSecond = of("second wording")[0]?.at ?? 0;
      expect(of("first wording").filter(({ at }) => at > firstOfSecond)).toEqual([]);
    } finally {
      release();
      stage.model.held = undefined;
    }
  });

  test("a prompt that no suite covers fails, and the mend is named", async () => {
    const { propose, check } = await stage.open(aiRepository());
    const { sha } = await propose("lonely", { "prompts/lonely.prompt.md": promptFile("good", { name: "lonely" }) });
    const run = await check(sha);
    expect(run).toMatchObject({
      conclusion: "failure",
      output: { title: expect.stringContaining("No suite with thresholds covers the prompt `lonely`") },
    });
    expect(run.output.text).toMatch(/Write `prompts: \[helper, lonely\]` in evals\/helper\.yaml, line \d+/);
  });

  test("a new prompt with its suite is judged on absolute thresholds", async () => {
    const { propose, check, comments } = await stage.open(aiRepository());
    const files = {
      "prompts/second.prompt.md": promptFile("good", { name: "second" }),
      "evals/second.yaml": suiteFile({ name: "second", prompts: "[second]", threshold: 0.5 }),
      "evals/second-cases.jsonl": casesFile(40, 100),
    };
    expect(await check((await propose("second", files)).sha)).toMatchObject({ conclusion: "success" });
    const worse = { ...files, "prompts/second.prompt.md": promptFile("bad", { name: "second" }) };
    const { number, sha } = await propose("second-bad", worse);
    expect(await check(sha)).toMatchObject({ conclusion: "failure" });
    // There is no base to flip from: the failing cases are shown with what was answered.
    const [comment = ""] = await comments(number);
    expect(comment.match(/<summary>❌ fails: <code>c1\d\d<\/code>, says-ok 0<\/summary>/g)).toHaveLength(5);
    expect(comment).toContain("nothing to see");
  });

  test("without a policy on the base the first pull request is neutral and shows what the gate would have said", async () => {
    const { "assay.yaml": _, ...bare } = aiRepository();
    const { propose, check, comments } = await stage.open(bare);
    const { number, sha } = await propose("start", {
      "assay.yaml": policyFile,
      "prompts/helper.prompt.md": promptFile("bad"),
    });
    expect(await check(sha)).toMatchObject({ conclusion: "neutral" });
    expect((await comments(number))[0]).toMatch(/would/i);
  });

  test("a merge group is gated on its own commit", async () => {
    const { propose, check, user } = await stage.open(aiRepository());
    const { number, sha } = await propose("queued", { "prompts/helper.prompt.md": promptFile("good queued") });
    await check(sha);
    const group = await callGitHub<{ head_sha: string }>(user, "POST", "_standin/merge-groups", { pulls: [number] });
    expect(await check(group.head_sha)).toMatchObject({ conclusion: "success" });
  });
});

describe("trust", () => {
  test("a pull request cannot pass by lowering its threshold or by deleting or rewriting the cases that it fails", async () => {
    const { propose, check, comments } = await stage.open(aiRepository());
    const worse = promptFile("half, softened", { version: "2.0.0" });
    const asked = () => stage.model.calls.filter(({ system }) => system.includes("softened")).map(({ user }) => user);
    const lowered = await propose("lowered", {
      "prompts/helper.prompt.md": worse,
      "evals/helper.yaml": suiteFile({ threshold: 0.1, margin: 0.9 }),
    });
    expect(await check(lowered.sha)).toMatchObject({ conclusion: "failure" });
    expect((await comments(lowered.number))[0]).toMatch(/threshold/);

    const kept = casesFile(40)
      .split("\n")
      .filter((line) => line && Number(/"question":"(\d+)/.exec(line)?.[1]) % 2 === 1);
    const deleted = await propose("deleted", {
      "prompts/helper.prompt.md": worse,
      "evals/helper-cases.jsonl": `${kept.join("\n")}\n`,
    });
    expect(await check(deleted.sha)).toMatchObject({ conclusion: "failure" });
    expect((await comments(deleted.number))[0]).toMatch(/c0/);
    // The head's prompt was asked what the base's cases ask, the deleted ones too.
    expect(asked().some((question) => question.startsWith("0 "))).toBe(true);

    const rewritten = casesFile(40).replace(/"question":"(\d+)/g, (_, n: string) => `"question":"${Number(n) * 2 + 1}`);
    const edited = await propose("rewritten", {
      "prompts/helper.prompt.md": worse,
      "evals/helper-cases.jsonl": rewritten,
    });
    expect(await check(edited.sha)).toMatchObject({ conclusion: "failure" });
    expect((await comments(edited.number))[0]).toMatch(/c0/);
    expect(asked().some((question) => question.startsWith("1 ") && question.includes("bridges"))).toBe(true);
  });

  test("policy and judges come from the base: a pull request that softens them with its prompt stays blocked", async () => {
    const { propose, check, comments } = await stage.open(aiRepository());
    const worse = promptFile("half, judged", { version: "2.0.0" });
    const observing = await propose("observing", {
      "prompts/helper.prompt.md": worse,
      "assay.yaml": "schema: assay/policy/v1\nmode: observe\n",
    });
    expect(await check(observing.sha)).toMatchObject({ conclusion: "failure" });
    const judged = await propose("judged", {
      "prompts/helper.prompt.md": worse,
      // Holds for every answer, the bad ones too.
      "evals/helper.yaml": suiteFile()
        .replace("value: ok", 'value: ""')
        .replace("uses: contains, with", "uses: regex, with")
        .replace('value: ""', 'pattern: "."'),
    });
    expect(await check(judged.sha)).toMatchObject({ conclusion: "failure" });
    expect((await comments(judged.number))[0]).toMatch(/says-ok/);
    // Every case was asked of the new prompt, once for both pull requests: the verdict rests on calls, not on what was there.
    expect(stage.model.calls.filter(({ system }) => system.includes("half, judged"))).toHaveLength(40);
  });

  test("a fork meets no credential before a writer has named its commit, and again none after the next push", async () => {
    const { repository, as, comments, check, copy } = await stage.open(aiRepository());
    const stranger = as("mallory");
    await callGitHub(stranger, "POST", "forks", {});
    const fork = [...stage.github.state.repositories.values()].find(({ parentId }) => parentId === repository.id);
    if (!fork) throw new Error("no fork");
    await copy.pushTo(stage.github.remoteFor("mallory", fork), "mine", {
      "prompts/helper.prompt.md": promptFile("good from a fork"),
    });
    const { number, head } = await callGitHub<{ number: number; head: { sha: string } }>(stranger, "POST", "pulls", {
      title: "mine",
      head: "mallory:mine",
      base: "main",
    });
    const calls = () => stage.model.calls.filter(({ system }) => system.includes("from a fork")).length;
    expect(await check(head.sha)).toMatchObject({ conclusion: "action_required" });
    expect((await comments(number))[0]).toContain("/ok-to-test");
    expect(calls()).toBe(0);
    const say = (login: string, body: string) => callGitHub(as(login), "POST", `issues/${number}/comments`, { body });
    await say("mallory", `/ok-to-test ${head.sha}`);
    await say("grace", "/ok-to-test");
    await say("grace", `> /ok-to-test ${head.sha}`);
    await say("grace", `/ok-to-test ${head.sha.slice(0, 10)}`);
    await stage.github.state.webhooks.settled();
    await say("grace", `/ok-to-test ${head.sha}`);
    await expect
      .poll(async () => (await waitForCheck(as("ada"), head.sha, "assay / gate", { timeoutMs: 60_000 })).conclusion, {
        timeout: 60_000,
      })
      .toBe("success");
    expect(calls()).toBe(40);
    const next = await copy.pushTo(stage.github.remoteFor("mallory", fork), "mine", {
      "prompts/helper.prompt.md": promptFile("good newer from a fork"),
    });
    expect(await check(next)).toMatchObject({ conclusion: "action_required" });
    const newer = () => stage.model.calls.filter(({ system }) => system.includes("newer")).length;
    expect(newer()).toBe(0);
    const confused = () => stage.github.state.log.entries().filter(reactedTo("confused")).length;
    const confusedBefore = confused();
    // The old commit named again allows nothing of the new one.
    await say("grace", `/ok-to-test ${head.sha}`);
    await stage.github.state.webhooks.settled();
    await stage.fire("minute");
    await expect.poll(confused, { timeout: 60_000 }).toBeGreaterThan(confusedBefore);
    expect(newer()).toBe(0);
    // A writer who queues it has not said that it may meet a credential.
    const group = await callGitHub<{ head_sha: string }>(as("grace"), "POST", "_standin/merge-groups", {
      pulls: [number],
    });
    expect(await check(group.head_sha)).toMatchObject({
      conclusion: "action_required",
      output: { title: `Waiting: a writer must allow #${number}, which comes from a fork` },
    });
    expect(newer()).toBe(0);
    await say("grace", `/ok-to-test ${next}`);
    await expect.poll(newer, { timeout: 60_000 }).toBe(40);
  });
});

describe("what goes wrong outside", () => {
  test("bad input: a model that fails is not evaluated, never a quality failure; the re-run buttons ask again", async () => {
    const { propose, check, user, repository } = await stage.open(aiRepository());
    const { sha } = await propose("denied", { "prompts/helper.prompt.md": promptFile("fail") });
    const run = await check(sha);
    expect(run).toMatchObject({
      conclusion: "action_required",
      output: { title: expect.stringMatching(/not evaluated/i) },
    });
    const before = stage.model.calls.length;
    await callGitHub(user, "POST", `check-runs/${run.id}/rerequest`);
    await expect.poll(() => stage.model.calls.length, { timeout: 60_000 }).toBeGreaterThanOrEqual(before + 40);
    expect(await check(sha)).toMatchObject({ conclusion: "action_required" });
    const { check_suites: suites } = await callGitHub<{ check_suites: { id: number }[] }>(
      user,
      "GET",
      `commits/${sha}/check-suites`,
    );
    const again = stage.model.calls.length;
    await callGitHub(user, "POST", `check-suites/${suites[0]?.id}/rerequest`);
    await expect.poll(() => stage.model.calls.length, { timeout: 60_000 }).toBeGreaterThanOrEqual(again + 40);
    expect(await check(sha)).toMatchObject({ conclusion: "action_required" });
    expect(repository.checkRuns.filter(({ headSha }) => headSha === sha)).toHaveLength(1);
  });

  test("an answer that the content filter refuses is scored", async () => {
    const { propose, check } = await stage.open(aiRepository());
    const { sha } = await propose("filtered", { "prompts/helper.prompt.md": promptFile("filter") });
    expect(await check(sha)).toMatchObject({ conclusion: "failure" });
  });
});

testWithData("every request and answer above fits GitHub's own description", "github-openapi-subset.json", (file) => {
  const violations = stage.github.state.log.entries().flatMap(({ violations = [] }) => violations);
  const { checked = new Set<string>(), unknown = new Set<string>() } = stage.openApi ?? {};
  reportRows(file, checked.size, unknown.size);
  expect(checked.size).toBeGreaterThan(15);
  expect([...new Set(violations)]).toEqual([]);
  // What the description does not hold is told where people look for what was never proven.
  const told = readFileSync(new URL("../../docs/unproven.md", import.meta.url), "utf8");
  expect([...unknown].filter((route) => !route.includes("/_standin/") && !told.includes(`\`${route}\``))).toEqual([]);
});

test("a delivery that was only recorded, by a worker that died before it said so, begins nothing", async () => {
  const { propose, check, repository } = await stage.open(aiRepository());
  const { sha } = await propose("recorded", { "README.md": "Only words.\n" });
  await check(sha);
  const pushed = stage.github.state.webhooks
    .attempts()
    .find(({ event, body }) => event === "push" && body.includes(sha));
  const { createTables } = await import("../../src/shared/storage/tables.ts");
  const deliveries = createTables({ kind: "connectionString", connectionString: stage.storage.connectionString }).table(
    `deliveries${new Date().toISOString().slice(0, 7).replace("-", "")}`,
  );
  const row = await deliveries.get(String(repository.id), `guid:${pushed?.guid}`);
  if (!row) throw new Error("the delivery was not recorded");
  const { outcome: _, doneAt: __, ...unfinished } = row.value;
  await deliveries.replace(row, unfinished);
  await deliveries.insert(String(repository.id), row.rowKey.replace("guid:", "pending:"), {
    claimedAt: "2026-01-01T00:00:00.000Z",
  });
  await stage.fire("minute");
  await expect
    .poll(async () => (await deliveries.get(String(repository.id), row.rowKey))?.value.outcome, { timeout: 60_000 })
    .toBe("ignored");
  expect(repository.checkRuns.map(({ name }) => name)).toEqual(["assay / gate"]);
});

function reactedTo(content: string) {
  return ({ path, body }: { path: string; body?: unknown }) =>
    path.includes(`/ai-`) && path.endsWith("/reactions") && JSON.stringify(body).includes(content);
}
