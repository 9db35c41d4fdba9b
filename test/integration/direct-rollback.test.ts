import path from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import * as z from "zod";
import { type AzureStandIn, azureSettings, startAzureStandIn } from "../../src/local/azure/arm/start.ts";
import { type Azurite, startAzurite } from "../../src/local/azurite.ts";
import { type FunctionsHost, startFunctionsHost } from "../../src/local/functions-host/start.ts";
import { type GitHubStandIn, startGitHubStandIn } from "../../src/local/github/start.ts";
import { sharedDeployments } from "../../src/local/prove/rollback/adapters.ts";
import { seedRelease } from "../../src/local/prove/rollback/seed-release.ts";
import { createSetUpAzure } from "../../src/local/prove/rollback/set-up-azure.ts";
import { makeTwoCommits, type TwoCommits } from "../../src/local/prove/rollback/two-commits.ts";
import { callGitHub } from "../../src/local/story/github-user.ts";
import { createBlobs } from "../../src/shared/storage/blobs.ts";
import { createReleaseStore } from "../../src/shared/storage/release-store.ts";
import { createTables } from "../../src/shared/storage/tables.ts";
import { type AzureCli, makeAzureCli } from "../support/azure-cli.ts";
import { runCli } from "../support/run-cli.ts";

vi.setConfig({ testTimeout: 120_000 });
const root = path.resolve(import.meta.dirname, "../..");
let azure: AzureStandIn;
let storage: Azurite;
let github: GitHubStandIn;
let commits: TwoCommits;
let az: AzureCli;
let host: FunctionsHost | undefined;
beforeAll(async () => {
  [azure, storage, github, commits, az] = await Promise.all([
    startAzureStandIn({ port: 0, polls: 1, pollSeconds: 0.1, unknownForMs: 0 }),
    startAzurite(),
    startGitHubStandIn({ port: 0, webhookSecret: "direct" }),
    makeTwoCommits(),
    makeAzureCli({ upn: "ada@example.com", oid: "ada-object-id" }),
  ]);
});
afterAll(async () => {
  await host?.stop();
  await Promise.all([azure.stop(), storage.stop(), github.stop(), commits.remove(), az.remove()]);
});

const Logged = z.object({ method: z.string(), caller: z.string(), status: z.number() });

test("a rollback from a laptop while the app is down is adopted by the app: told once, and never flipped twice", async () => {
  const connection = { kind: "connectionString", connectionString: storage.connectionString } as const;
  const tables = createTables(connection);
  const settings = azureSettings(azure.url);
  const { ASSAY_FOUNDRY_ACCOUNTS: account = "", ASSAY_FOUNDRY_PROJECTS: project = "" } = settings;
  const setUp = createSetUpAzure(azure.url, account, project);
  for (const { name, model } of sharedDeployments) await setUp.deployment(name, model);
  const repository = await github.addRepository({ owner: "acme", name: "direct", writers: ["ada"] });
  await commits.pushTo(repository.dir);
  const place = { id: repository.id, fullName: "acme/direct", order: "direct", commits };
  const { operationId } = await seedRelease("agent", place, { tables, blobs: createBlobs(connection), azure: setUp });

  const cli = (...more: string[]) =>
    runCli(["release", "rollback", "r2-direct", "--direct", "--reason", "the app is down", "--json", ...more], {
      cwd: root,
      env: {
        ...{ PATH: az.path, AssayStorage: storage.connectionString, ASSAY_ARM_URL: azure.url },
        ASSAY_MODEL_URL: settings.ASSAY_MODEL_URL ?? "",
      },
    });
  const flips = async () => {
    const log = z.array(Logged).parse(await (await fetch(`${azure.url}/_standin/log`)).json());
    return log.filter(({ method, caller }) => method === "PATCH" && caller !== "setup");
  };

  const unplaced = await cli();
  expect([unplaced.code, unplaced.err]).toEqual([1, expect.stringContaining("Give --project https://…")]);
  const looked = await cli("--project", project, "--dry-run");
  expect(JSON.parse(looked.out)).toMatchObject({
    ...{ dryRun: true, from: "r2-direct", to: "r1-direct" },
    steps: [{ target: "agent:agent-direct", probe: { asExpected: true } }],
  });
  expect(await flips()).toEqual([]);

  const done = await cli("--project", project);
  expect([done.code, done.err]).toEqual([
    0,
    expect.stringContaining("The app tells people once it is back: check, issue"),
  ]);
  expect(JSON.parse(done.out).operation).toMatchObject({
    ...{ operationId, stage: "telling", outcome: "rolledBack", automatic: false },
    cause: { kind: "direct", by: "ada@example.com", reason: "the app is down" },
  });
  expect(await flips()).toMatchObject([{ caller: "ada-object-id", status: 200 }]);
  const again = await cli("--project", project);
  expect(JSON.parse(again.out).operation).toMatchObject({ operationId, outcome: "rolledBack" });

  host = await startFunctionsHost({
    ...{ app: path.join(root, "src/main.ts"), root, port: 0, logLevel: "none" },
    env: {
      ...settings,
      AssayStorage: storage.connectionString,
      ASSAY_GITHUB_API_URL: github.restUrl,
      ASSAY_GITHUB_APP_ID: String(github.app.id),
      ASSAY_GITHUB_PRIVATE_KEY: github.app.privateKey,
      ASSAY_GITHUB_WEBHOOK_SECRET: "direct",
      ASSAY_REPOSITORIES: "acme/direct",
      ASSAY_MODEL_KEY: "direct",
      ASSAY_MINUTE_SCHEDULE: "0 0 0 1 1 *",
      ASSAY_HOUR_SCHEDULE: "0 0 0 1 1 *",
    },
  });
  await fetch(`${host.url}/admin/functions/minute`, { method: "POST", body: "{}" });
  const store = createReleaseStore(tables);
  const adopted = await vi.waitFor(
    async () => {
      const operation = (await store.operation(repository.id, operationId))?.operation;
      if (operation?.stage !== "closed") throw new Error(JSON.stringify(operation?.timeline));
      return operation;
    },
    { timeout: 60_000, interval: 100 },
  );
  expect(adopted).toMatchObject({
    outcome: "rolledBack",
    untold: [],
    cause: { kind: "direct", by: "ada@example.com" },
  });
  expect(adopted.links).toMatchObject({
    check: expect.any(String),
    issue: expect.any(String),
    revert: expect.any(String),
  });
  const user = { restUrl: github.restUrl, token: github.tokenFor("ada"), repository: "acme/direct" };
  const issues = await callGitHub<{ title: string; body: string; pull_request?: object }[]>(
    user,
    "GET",
    "issues?state=all",
  );
  expect(issues.filter(({ pull_request: pull }) => !pull)).toMatchObject([
    { title: "Rolled back r2-direct: the app is down", body: expect.stringContaining("direct by") },
  ]);
  expect(issues.filter(({ pull_request: pull }) => pull)).toHaveLength(1);
  expect(await flips()).toHaveLength(1);
  expect(await store.release(repository.id, "r2-direct")).toMatchObject({ status: "rolledBack" });
});
