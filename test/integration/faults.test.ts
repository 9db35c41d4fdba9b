import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import type { Fault } from "../../src/local/github/faults.ts";
import type { Fault as ModelFault } from "../../src/local/model/faults.ts";
import type { LoggedRequest } from "../../src/local/model/request-log.ts";
import { type ModelStandIn, startModelStandIn } from "../../src/local/model/start.ts";
import { type CheckRunView, callGitHub, waitForCheck } from "../../src/local/story/github-user.ts";
import { aiRepository, promptFile } from "../support/ai-repository.ts";
import { type Stage, type StageRepository, startStage } from "../support/stage.ts";

vi.setConfig({ testTimeout: 120_000 });
const cases = 12;
let model: ModelStandIn;
let stage: Stage;
beforeAll(async () => {
  model = await startModelStandIn({ port: 0, seed: 1, key: "faults", latencyMs: 5 });
  stage = await startStage({
    repositories: 12,
    env: { ASSAY_MODEL_URL: model.url, ASSAY_MODEL_KEY: "faults", ASSAY_MODEL_TIMEOUT: "2" },
  });
});
afterAll(async () => {
  await stage.stop();
  await model.stop();
});
afterEach(() => stage.github.state.faults.clear());

type RestKind = Extract<ReturnType<typeof Fault.parse>, { on: "rest" }>["kind"];

function failRest(kind: RestKind, method: string, path: string, more: { ms?: number; retryAfter?: number } = {}): void {
  stage.github.state.faults.add({ on: "rest", kind, method, path, count: 1, ms: 0, ...more });
}

type HookKind = Extract<ReturnType<typeof Fault.parse>, { on: "webhook" }>["kind"];

function failHook(kind: HookKind, more: { copies?: number; newIds?: boolean; ms?: number } = {}): void {
  const whole = { copies: 5, newIds: false, ms: 0, ...more };
  stage.github.state.faults.add({ on: "webhook", kind, event: "pull_request", count: 1, ...whole });
}

/** A repository whose prompts ask the model for a sentence each; every answer passes, so that only faults could fail it. */
async function open(): Promise<StageRepository> {
  const suite = [
    "schema: assay/suite/v1",
    "name: helper",
    "version: 1.0.0",
    "prompts: [helper]",
    "datasets: [{ path: helper-cases.jsonl }]",
    "evaluators:",
    "  - { uses: length, with: { min: 1, unit: words }, primary: true, threshold: 0.5, margin: 0.2 }",
    "repeats: 1",
    "",
  ].join("\n");
  return stage.open({
    ...aiRepository("good", cases),
    "evals/helper.yaml": suite,
    "prompts/helper.prompt.md": marked("base"),
  });
}

let mark = 0;
/** A prompt whose every call is found in the model's log by its mark. */
function marked(name: string): string {
  return promptFile(`good, ${name}`).replace("{{question}}", `{{question}} [${name}]`);
}

async function callsFor(name: string): Promise<LoggedRequest[]> {
  const log = (await (await fetch(`${model.adminUrl}/_standin/log`)).json()) as LoggedRequest[];
  return log.filter(({ question }) => question.includes(`[${name}]`));
}

async function failModel(fault: Partial<ReturnType<typeof ModelFault.parse>>): Promise<void> {
  const answer = await fetch(`${model.adminUrl}/_standin/faults`, { method: "POST", body: JSON.stringify(fault) });
  if (answer.status !== 204) throw new Error(await answer.text());
}

const writes = (where: StageRepository, method: string, end: string | RegExp) =>
  stage.github.state.log
    .entries()
    .filter(
      (line) =>
        line.method === method &&
        line.actor === "installation" &&
        line.path.includes(`/${where.repository.name}/`) &&
        (typeof end === "string" ? line.path.endsWith(end) : end.test(line.path)),
    );

/** Faults are waited out on purpose: queues try again after seconds, limits say when. */
const patienceMs = 80_000;

function check(where: StageRepository, sha: string, name = "assay / gate"): Promise<CheckRunView> {
  return waitForCheck(where.user, sha, name, { timeoutMs: patienceMs });
}

/** One check run, one comment, every call once, and it passed: whatever was played on the way. */
async function expectOneThing(
  where: StageRepository,
  pull: { number: number; sha: string },
  name: string,
): Promise<void> {
  expect(await check(where, pull.sha)).toMatchObject({ conclusion: "success" });
  await stage.github.state.webhooks.settled();
  expect(where.repository.checkRuns.filter(({ headSha }) => headSha === pull.sha)).toHaveLength(1);
  expect(await where.comments(pull.number)).toHaveLength(1);
  const calls = await callsFor(name);
  expect(calls).toHaveLength(cases);
  expect(new Set(calls.map(({ digest }) => digest)).size).toBe(cases);
}

async function proposeMarked(where: StageRepository) {
  const name = `m${++mark}`;
  return { name, pull: await where.propose(name, { "prompts/helper.prompt.md": marked(name) }) };
}

describe("webhooks that go wrong", () => {
  test.each([
    ["under one id", false],
    ["under five ids", true],
  ])("duplicate: five deliveries of one event in 4 ms, %s, do one thing", async (_, newIds) => {
    const where = await open();
    failHook("duplicate", { copies: 5, newIds });
    const { name, pull } = await proposeMarked(where);
    await expectOneThing(where, pull, name);
    const attempts = stage.github.state.webhooks
      .attempts()
      .filter(({ event, repositoryId }) => event === "pull_request" && repositoryId === where.repository.id);
    expect(attempts).toHaveLength(5);
    expect(attempts.every(({ statusCode }) => statusCode === 202)).toBe(true);
    expect(writes(where, "POST", "/check-runs")).toHaveLength(1);
    expect(writes(where, "POST", "/comments")).toHaveLength(1);
  });

  test("drop: a delivery that never arrived is found by the hour, sent again and answered", async () => {
    const where = await open();
    failHook("drop");
    const { name, pull } = await proposeMarked(where);
    await stage.fire("hour");
    await expectOneThing(where, pull, name);
    await expect
      .poll(() => stage.github.state.webhooks.attempts().filter(({ redelivery }) => redelivery).length, {
        timeout: 10_000,
      })
      .toBeGreaterThan(0);
    // A second look finds nothing more to repair.
    const asked = () =>
      stage.github.state.log.entries().filter(({ path }) => /deliveries\/\d+\/attempts$/.test(path)).length;
    const before = asked();
    await stage.github.state.webhooks.settled();
    await stage.fire("hour");
    await expectOneThing(where, pull, name);
    expect(asked()).toBe(before);
  });

  test("reorder: a closing that arrives after the reopening closes nothing", async () => {
    const where = await open();
    const { name, pull } = await proposeMarked(where);
    await check(where, pull.sha);
    failHook("reorder", { ms: 5000 });
    await callGitHub(where.user, "PATCH", `pulls/${pull.number}`, { state: "closed" });
    await callGitHub(where.user, "PATCH", `pulls/${pull.number}`, { state: "open" });
    await stage.github.state.webhooks.settled();
    const actions = stage.github.state.webhooks
      .attempts()
      .filter(({ event, repositoryId }) => event === "pull_request" && repositoryId === where.repository.id)
      .map(({ action }) => action);
    expect(actions).toEqual(expect.arrayContaining(["opened", "closed", "reopened"]));
    await expectOneThing(where, pull, name);
  });

  test("delay: an opening that arrives after the next push begins no gate for the old head", async () => {
    const where = await open();
    failHook("delay", { ms: 1500 });
    const { name, pull } = await proposeMarked(where);
    const next = `m${++mark}`;
    const sha = await where.push({ "prompts/helper.prompt.md": marked(next) });
    await expectOneThing(where, { ...pull, sha }, next);
    expect(await callsFor(name)).toEqual([]);
    expect(where.repository.checkRuns.filter(({ headSha }) => headSha === pull.sha)).toEqual([]);
  });
});

describe("answers of GitHub that go wrong", () => {
  test.each<[string, [RestKind, string, string][]]>([
    [
      "a 500 after the side effect",
      [
        ["errorAfter", "POST", "/check-runs"],
        ["errorAfter", "POST", "/comments"],
        ["errorAfter", "PATCH", "/check-runs"],
      ],
    ],
    [
      "a 500 before it, and a connection that is reset after it",
      [
        ["errorBefore", "GET", "/git/trees"],
        ["reset", "POST", "/comments"],
      ],
    ],
    [
      "rubbish where something was read",
      [
        ["rubbish", "GET", "/pulls/"],
        ["rubbish", "GET", "/git/trees"],
      ],
    ],
    [
      "rubbish where something was made",
      [
        ["rubbish", "POST", "/check-runs"],
        ["rubbish", "POST", "/comments"],
      ],
    ],
  ])("%s: one check, one comment, every call paid once", async (_, faults) => {
    const where = await open();
    for (const [kind, method, path] of faults) failRest(kind, method, path);
    const { name, pull } = await proposeMarked(where);
    await expectOneThing(where, pull, name);
    const played = stage.github.state.log.entries().filter(({ path }) => path.includes(`/${where.repository.name}/`));
    expect(played.flatMap(({ fault = [] }) => fault).sort()).toEqual(faults.map(([kind]) => kind).sort());
  });

  test("secondary and primary rate limits: asked again after the wait and not before, and nothing is made twice", async () => {
    const where = await open();
    const limited: [RestKind, string, string][] = [
      ["secondaryLimit", "POST", "/check-runs"],
      ["primaryLimit", "GET", "/git/trees"],
      ["secondaryLimit", "POST", "/comments"],
    ];
    for (const [kind, method, path] of limited) failRest(kind, method, path, { retryAfter: 2 });
    const { name, pull } = await proposeMarked(where);
    await expectOneThing(where, pull, name);
    for (const [, method, path] of limited) {
      const tries = stage.github.state.log
        .entries()
        .filter(
          (line) =>
            line.method === method && line.path.includes(`/${where.repository.name}/`) && line.path.includes(path),
        );
      const refused = tries.findIndex(({ status }) => status === 403);
      expect(refused).toBeGreaterThanOrEqual(0);
      const waited = Date.parse(tries[refused + 1]?.at ?? "") - Date.parse(tries[refused]?.at ?? "");
      expect(waited).toBeGreaterThanOrEqual(1000);
    }
  });

  test("slow: a read that takes longer than a heartbeat may be silent is not taken up by another", async () => {
    const where = await open();
    failRest("slow", "GET", "/git/trees", { ms: 4000 });
    const { name, pull } = await proposeMarked(where);
    await expect.poll(() => writes(where, "POST", "/check-runs").length, { timeout: 10_000 }).toBe(1);
    for (let look = 0; look < 4; look++) {
      await stage.fire("minute");
      await new Promise((resolve) => setTimeout(resolve, 800));
    }
    await expectOneThing(where, pull, name);
    expect(stage.github.state.log.entries().filter(({ fault }) => fault === "slow")).toHaveLength(1);
  });
});

test("a model that errs, hangs, hangs up, is slow or asks for a wait: only what failed is asked again", async () => {
  const where = await open();
  await stage.github.announce(where.repository, "main", where.first);
  await check(where, where.first, "assay / baseline");
  const faults: Partial<ReturnType<typeof ModelFault.parse>>[] = [
    { kind: "error", status: 500 },
    { kind: "rubbish" },
    { kind: "reset" },
    { kind: "rateLimit", ms: 700 },
    { kind: "hang" },
  ];
  for (const fault of faults) await failModel({ ...fault, count: 1 });
  await failModel({ kind: "slow", ms: 900, count: 2 });
  const { name, pull } = await proposeMarked(where);
  expect(await check(where, pull.sha)).toMatchObject({ conclusion: "success" });
  const calls = await callsFor(name);
  expect(calls).toHaveLength(cases + faults.length);
  expect(new Set(calls.map(({ digest }) => digest)).size).toBe(cases);
});
