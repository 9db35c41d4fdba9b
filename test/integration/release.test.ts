import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { type AzureStandIn, azureSettings, startAzureStandIn } from "../../src/local/azure/arm/start.ts";
import { type MonitorStandIn, startMonitor } from "../../src/local/azure/monitor/start.ts";
import { callGitHub } from "../../src/local/story/github-user.ts";
import type { ReleaseState } from "../../src/shared/releases/release-state.ts";
import type { ReleaseStore } from "../../src/shared/releases/release-store.ts";
import { createDeploymentAliases } from "../../src/shared/storage/alias-records.ts";
import { createBlobs } from "../../src/shared/storage/blobs.ts";
import { createGateStore } from "../../src/shared/storage/gate-store.ts";
import { createReleaseStore } from "../../src/shared/storage/release-store.ts";
import { createTables } from "../../src/shared/storage/tables.ts";
import { deployment, manifest } from "../shared/releases/manifests.ts";
import { aiRepository, suiteFile } from "../support/ai-repository.ts";
import { type Stage, startStage } from "../support/stage.ts";

vi.setConfig({ testTimeout: 120_000 });
let azure: AzureStandIn;
let monitor: MonitorStandIn;
let stage: Stage;
beforeAll(async () => {
  [azure, monitor] = await Promise.all([
    startAzureStandIn({ port: 0, polls: 1, pollSeconds: 0.1, unknownForMs: 0 }),
    startMonitor({ port: 0 }),
  ]);
  stage = await startStage({
    repositories: 3,
    env: {
      ...azureSettings(azure.url),
      ASSAY_METRICS_URL: monitor.url,
      ASSAY_LOGS_URL: monitor.url,
      ASSAY_STANDBY_SECONDS: "0.1",
    },
  });
});
afterAll(async () => {
  await stage.stop();
  await Promise.all([azure.stop(), monitor.stop()]);
});

const watch =
  "watch: { mode: act, minutes: 1, rules: [{ id: outage, metric: errorRatio, against: absolute, above: 0.5, critical: true }] }\n";
const manifestOf = (n: number, more: string, alias: string) =>
  manifest({
    targets: deployment(n).replaceAll("chat--", `${alias}--`).replace("alias: chat", `alias: ${alias}`),
    more: `evidence: { runs: [run-${n}] }\n${more}`,
    rest: watch,
  });

/** A repository whose manifest names `{alias}--v{n}`, and what merges and knows it. */
async function openRepository(alias: string, files = aiRepository("good", 2)) {
  const { repository, user, as, propose } = await stage.open(files);
  const connection = { kind: "connectionString", connectionString: stage.storage.connectionString } as const;
  const releases = createReleaseStore(createTables(connection));
  const gates = createGateStore(createTables(connection), createBlobs(connection));
  const merge = async (n: number, more: string) => {
    const runs = [{ side: "head", runId: `run-${n}:0h`, deployment: `${alias}--v${n}`, modelVersion: "2025-04-14" }];
    await keepRun(gates, repository.id, `run-${n}`, runs);
    const { number, sha } = await propose(`v${n}`, { "releases/chat.yaml": manifestOf(n, more, alias) });
    await callGitHub(as("grace"), "POST", `pulls/${number}/reviews`, { event: "APPROVE", commit_id: sha });
    return callGitHub<{ sha: string }>(user, "PUT", `pulls/${number}/merge`, { sha });
  };
  return { repository, user, releases, merge };
}

test("a merged manifest is promoted and verified; the next one breaches, is rolled back, and its content is in quarantine", async () => {
  const { repository, releases, merge } = await openRepository("chat");
  const first = await merge(1, "firstWayBack: { kind: disable }\n");
  const v1 = await until(
    releases,
    repository.id,
    ({ commit, status }) => commit === first.sha && status === "watching",
  );
  await age(releases, v1);
  await push("chat--v1", { "200": 100 }, { inputTokens: 25_000, outputTokens: 5_000 });
  await stage.fire("minute");
  await until(releases, repository.id, ({ releaseId, status }) => releaseId === v1.releaseId && status === "verified");

  // No `standby.expectedPeak`: the peak was observed.
  const second = await merge(2, "");
  const v2 = await until(
    releases,
    repository.id,
    ({ commit, status }) => commit === second.sha && status === "watching",
  );
  expect(v2.before).toEqual({ "deployment:chat": v1.releaseId });
  await lookedUp(repository.issues);
  await lostAndFound(releases, v2, repository.issues);
  await age(releases, v2);
  await push("chat--v2", { "200": 10, "500": 90 });
  await stage.fire("minute");
  await until(
    releases,
    repository.id,
    ({ releaseId, status }) => releaseId === v2.releaseId && status === "rolledBack",
  );
  expect(await releases.target(repository.id, "deployment:chat")).toMatchObject({ current: v1.releaseId });
  const quarantined = (await releases.quarantined(repository.id)).map(({ digest }) => digest);
  expect(quarantined).toEqual(expect.arrayContaining(v2.brought));
  const operation = (await releases.operation(repository.id, `rollback-${v2.releaseId}`))?.operation;
  expect(operation).toMatchObject({ automatic: true, outcome: "rolledBack", cause: { kind: "watch" } });
  expect(operation?.steps).toMatchObject([{ state: "verified", to: { deployment: "chat--v1" } }]);
});

test("a comment about releases is answered: a slip with what was meant, a stranger with nothing, a writer with what was done", async () => {
  const { repository, user, as, propose, comments } = await stage.open(aiRepository("good", 2));
  const connection = { kind: "connectionString", connectionString: stage.storage.connectionString } as const;
  const releases = createReleaseStore(createTables(connection));
  const { number } = await propose("talk", { "README.md": "talk" });
  await releases.mark(repository.id, "prompt:hello", (known) => ({ ...known, current: "hello-1" }));
  const say = (who: typeof user, body: string) =>
    callGitHub<{ id: number }>(who, "POST", `issues/${number}/comments`, { body });
  const answered = (text: string) =>
    vi.waitFor(
      async () => {
        const found = (await comments(number)).find((body) => body.includes(text));
        if (found === undefined) throw new Error((await comments(number)).join("\n---\n").slice(0, 500));
        return found;
      },
      { timeout: 30_000, interval: 50 },
    );
  await say(as("mallory"), "/freeze prompt:hello --reason=mine");
  await say(as("ada"), "/freze prompt:hello --reason=mine");
  expect(await answered("Did you mean")).toMatch(/^@ada .*Did you mean `\/freeze`\?.*Nothing was done\.$/s);
  await say(as("grace"), '/freeze prompt:hello --reason="quarter\'s end"');
  expect(await answered("@grace")).toContain("Nothing is promoted to `prompt:hello` until");
  expect(await releases.target(repository.id, "prompt:hello")).toMatchObject({
    frozen: { by: "grace", why: "quarter's end" },
  });
  expect((await comments(number)).some((body) => body.includes("@mallory"))).toBe(false);
});

/** What stands by is deleted by hand: an issue before anybody needs it, which is closed once it is back. */
async function lostAndFound(
  releases: ReleaseStore,
  { repositoryId, releaseId }: ReleaseState,
  issues: ReadonlyMap<number, { title: string; state: string }>,
): Promise<void> {
  const { ASSAY_FOUNDRY_ACCOUNTS: account } = azureSettings(azure.url);
  const place = `${azure.url}${account}/deployments/chat--v1?api-version=2025-09-01`;
  const call = (method: string, body?: unknown) =>
    fetch(place, {
      method,
      headers: { authorization: "Bearer test", "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  const { sku, properties, tags } = JSON.parse(await (await call("GET")).text());
  const { model, raiPolicyName, versionUpgradeOption } = properties;
  const looked = (is: (standby: ReleaseState["standby"]) => boolean) =>
    vi.waitFor(
      async () => {
        await stage.fire("minute");
        const row = await releases.release(repositoryId, releaseId);
        if (!is(row?.standby)) throw new Error(JSON.stringify(row?.standby));
      },
      { timeout: 30_000, interval: 300 },
    );
  await looked((standby) => standby?.wayBack !== undefined && standby.peaks["deployment:chat"] === 30);
  await call("DELETE");
  await call("GET");
  await looked((standby) => standby?.lostSince !== undefined && standby.told === standby.lostSince);
  const own = () => [...issues.values()].filter(({ title }) => title === `No way back from ${releaseId}`);
  expect(own()).toMatchObject([{ state: "open" }]);
  await call("PUT", { sku, tags, properties: { model, raiPolicyName, versionUpgradeOption } });
  await call("GET");
  await looked((standby) => standby?.wayBack !== undefined && standby.told === undefined);
  expect(own()).toMatchObject([{ state: "closed" }]);
}

test("a new deployment that answers badly is smoked before the flip, is never served, and people are told why", async () => {
  const lengthy = suiteFile().replace("uses: contains, with: { value: ok }", "uses: length, with: { min: 1 }");
  const { repository, user, releases, merge } = await openRepository("talk", {
    ...aiRepository("good", 8),
    "evals/helper.yaml": lengthy,
  });
  const first = await merge(1, "firstWayBack: { kind: disable }\nsmoke: { suites: [helper], cases: 3 }\n");
  const v1 = await until(releases, repository.id, (row) => row.commit === first.sha && row.status === "watching");
  const smoked = (await releases.operation(repository.id, `promote-${v1.releaseId}`))?.operation.timeline;
  expect(smoked?.map(({ what }) => what)).toContainEqual(
    expect.stringMatching(/^smoke suites: helper on helper@talk--v1: /),
  );

  // Its hour of watch is the other test's.
  await releases.changeRelease(repository.id, v1.releaseId, (row) => ({ ...row, status: "verified" }));
  await azureAdmin("faults", { kind: "filtered", method: "POST", path: "talk--v2", count: 1000 });
  const second = await merge(2, "standby: { expectedPeak: 5 }\nsmoke: { suites: [helper], cases: 3 }\n");
  const v2 = await until(releases, repository.id, (row) => row.commit === second.sha && row.status === "refused");
  expect(v2.reason).toMatch(/^smoke suites: helper on helper@talk--v2: /);
  expect(await releases.target(repository.id, "deployment:talk")).toMatchObject({ current: v1.releaseId });
  expect(await servedUnder(`acme/${repository.name}`, "talk")).toBe("talk--v1");
  await vi.waitFor(
    async () => {
      const operation = (await releases.operation(repository.id, `promote-${v2.releaseId}`))?.operation;
      expect(operation).toMatchObject({ stage: "closed", outcome: "failed", steps: [{ state: "waiting" }] });
    },
    { timeout: 20_000, interval: 50 },
  );
  const { check_runs: runs } = await callGitHub<{ check_runs: { name: string; conclusion: string; output: object }[] }>(
    user,
    "GET",
    `commits/${second.sha}/check-runs`,
  );
  expect(JSON.stringify(runs.filter(({ conclusion }) => conclusion === "failure"))).toContain("helper@talk--v2");
  const issues = await callGitHub<{ title: string }[]>(user, "GET", "issues?state=open");
  expect(issues.map(({ title }) => title)).toContainEqual(expect.stringContaining(`Could not promote ${v2.releaseId}`));
});

async function azureAdmin(what: string, body: object): Promise<void> {
  const answer = await fetch(`${azure.url}/_standin/${what}`, { method: "POST", body: JSON.stringify(body) });
  expect(answer.status).toBe(204);
}

async function servedUnder(repository: string, alias: string): Promise<string | undefined> {
  const connection = { kind: "connectionString", connectionString: stage.storage.connectionString } as const;
  return (await createDeploymentAliases(createTables(connection)).get(repository, alias))?.value.deployment;
}

/** The hour's look at the model catalogue opens one issue. */
async function lookedUp(issues: ReadonlyMap<number, { title: string; body: string }>): Promise<void> {
  const newer = { name: "gpt-4.1", version: "2026-03-01", lifecycleStatus: "GenerallyAvailable" };
  await fetch(`${azure.url}/_standin/models`, { method: "POST", body: JSON.stringify(newer) });
  const own = () => [...issues.values()].filter(({ title }) => title.startsWith("Model catalogue"));
  await stage.fire("hour");
  await vi.waitFor(() => expect(own()).toHaveLength(1), { timeout: 30_000, interval: 100 });
  expect(own()[0]?.body).toContain("`releases/chat.yaml`");
}

async function keepRun(gates: ReturnType<typeof createGateStore>, id: number, gateId: string, runs: object[]) {
  const row = { gateId, conclusion: "success", title: "", verdict: "pass", decidedAt: new Date().toISOString() };
  await gates.verdicts.insert(id, gateId, row);
  const kept = runs.map((run) => ({
    commit: "c",
    suite: "s",
    prompt: "p",
    subjectDigest: "d",
    repeats: 1,
    shardIds: [],
    ...run,
  }));
  const plan = {
    ...{ gateId, mode: "enforce", onInconclusive: "neutral", comments: "never", policyFrom: "default" },
    ...{ blockingSegments: [], comparisons: [], edits: [], overBudget: [], findings: [], diffs: [] },
    runs: kept,
  };
  await gates.plans.write(id, `gates/${gateId}/plan.json`, JSON.parse(JSON.stringify(plan)));
}

/** Telemetry comes by the whole minute: the release becomes ten minutes old, and its hours of watch are not waited for. */
async function age(releases: ReleaseStore, { repositoryId, releaseId }: ReleaseState): Promise<void> {
  const promotedAt = new Date(Date.now() - 600_000).toISOString();
  await releases.changeRelease(repositoryId, releaseId, (row) => ({ ...row, promotedAt }));
}

async function push(arm: string, codes: Record<string, number>, tokens = {}): Promise<void> {
  const minute = Math.floor(Date.now() / 60_000) * 60_000;
  const minutes = [2, 3, 4, 5, 6].map((ago) => ({
    arm,
    codes,
    ...tokens,
    at: new Date(minute - ago * 60_000).toISOString(),
  }));
  await monitor.push(minutes);
}

async function until(
  releases: ReleaseStore,
  repositoryId: number,
  is: (release: ReleaseState) => boolean,
): Promise<ReleaseState> {
  return vi.waitFor(
    async () => {
      const all = await releases.releases(repositoryId);
      const found = all.find(is);
      if (!found)
        throw new Error(JSON.stringify(all.map(({ releaseId, status, reason }) => [releaseId, status, reason])));
      return found;
    },
    { timeout: 30_000, interval: 50 },
  );
}
