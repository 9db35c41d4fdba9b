import { existsSync, readFileSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { type Azurite, startAzurite } from "../../src/local/azurite.ts";
import { type FunctionsHost, startFunctionsHost } from "../../src/local/functions-host/start.ts";
import { createOpenApiValidator, type OpenApiValidator } from "../../src/local/github/openapi.ts";
import { seedRepository } from "../../src/local/github/seed.ts";
import { type GitHubStandIn, startGitHubStandIn } from "../../src/local/github/start.ts";
import type { Repository } from "../../src/local/github/state.ts";
import { type CheckRunView, callGitHub, type GitHubUser, waitForCheck } from "../../src/local/story/github-user.ts";
import { cloneRepository, type WorkingCopy } from "../../src/local/story/working-copy.ts";
import { dataPath } from "./data.ts";
import { type ScriptedModel, startScriptedModel } from "./scripted-model.ts";

const root = path.resolve(import.meta.dirname, "../..");

export interface Stage {
  /** GitHub's own description, held against every request and answer; undefined where the data is absent. */
  openApi: OpenApiValidator | undefined;
  github: GitHubStandIn;
  model: ScriptedModel;
  host: FunctionsHost;
  storage: Azurite;
  /** A repository of the allow-list with these files on `main`, and a person's clone of it. */
  open(files: Record<string, string>): Promise<StageRepository>;
  /** Fires a timer as the host's own admin route does. */
  fire(timer: "minute" | "hour"): Promise<void>;
  stop(): Promise<void>;
}

export interface StageRepository {
  repository: Repository;
  first: string;
  user: GitHubUser;
  copy: WorkingCopy;
  as(login: string): GitHubUser;
  /** A branch with these files changed (undefined: deleted), pushed, and a pull request for it. */
  propose(branch: string, files: Record<string, string | undefined>): Promise<{ number: number; sha: string }>;
  /** Another commit on the branch at hand. */
  push(files: Record<string, string | undefined>): Promise<string>;
  check(sha: string, name?: string): Promise<CheckRunView>;
  comments(number: number): Promise<string[]>;
}

/** Storage, GitHub and a scripted model around the app in the local host, on free ports. */
export async function startStage(
  options: { repositories?: number; env?: Record<string, string>; prefix?: string } = {},
): Promise<Stage> {
  const description = dataPath("github-openapi-subset.json");
  const openApi = existsSync(description)
    ? createOpenApiValidator(JSON.parse(readFileSync(description, "utf8")))
    : undefined;
  const [storage, github, model] = await Promise.all([
    startAzurite(),
    startGitHubStandIn({
      port: 0,
      webhookSecret: "stage",
      ...(options.prefix ? { prefix: options.prefix } : {}),
      ...(openApi ? { validate: openApi.validate } : {}),
    }),
    startScriptedModel(),
  ]);
  const names = Array.from({ length: options.repositories ?? 1 }, (_, index) => `ai-${index}`);
  const spare = [...names];
  const hostRoot = await briskRoot();
  const host = await startFunctionsHost({
    app: path.join(root, "src/main.ts"),
    root: hostRoot,
    port: 0,
    logLevel: process.env.STAGE_LOG ?? "none",
    env: {
      AssayStorage: storage.connectionString,
      ASSAY_GITHUB_API_URL: github.restUrl,
      ASSAY_GITHUB_APP_ID: String(github.app.id),
      ASSAY_GITHUB_PRIVATE_KEY: github.app.privateKey,
      ASSAY_GITHUB_WEBHOOK_SECRET: "stage",
      ASSAY_REPOSITORIES: names.map((name) => `acme/${name}`).join(","),
      ASSAY_MODEL_URL: model.url,
      ASSAY_MODEL_KEY: "stage",
      ASSAY_HEARTBEAT_SECONDS: "0.5",
      ASSAY_OVERDUE_SECONDS: "2",
      ASSAY_PROGRESS_SECONDS: "0.2",
      ASSAY_MINUTE_SCHEDULE: "0 0 0 1 1 *",
      ASSAY_HOUR_SCHEDULE: "0 0 0 1 1 *",
      ...options.env,
    },
  });
  github.sendWebhooksTo(`${host.url}/api/github/webhook`);
  const copies: WorkingCopy[] = [];

  return {
    openApi,
    github,
    model,
    host,
    storage,
    async open(files) {
      const name = spare.shift();
      if (!name) throw new Error("the stage has no repository left: raise `repositories`");
      const repository = await github.addRepository({ owner: "acme", name, writers: ["ada", "grace"] });
      const folder = await mkdtemp(path.join(tmpdir(), "assay-stage-"));
      await writeFiles(folder, files);
      const first = await seedRepository(repository, folder);
      await rm(folder, { recursive: true, force: true });
      const as = (login: string): GitHubUser => ({
        restUrl: github.restUrl,
        token: github.tokenFor(login),
        repository: `acme/${name}`,
      });
      const user = as("ada");
      const copy = await cloneRepository(github.remoteFor("ada", repository), "ada");
      copies.push(copy);
      return {
        repository,
        first,
        user,
        copy,
        as,
        async propose(branch, changes) {
          await copy.branchFrom(branch, "origin/main");
          const sha = await copy.change(changes, branch);
          const { number } = await callGitHub<{ number: number }>(user, "POST", "pulls", {
            title: branch,
            head: branch,
            base: "main",
          });
          return { number, sha };
        },
        push: (changes) => copy.change(changes, "another commit"),
        check: (sha, name = "assay / gate") => waitForCheck(user, sha, name, { timeoutMs: 60_000 }),
        async comments(number) {
          const list = await callGitHub<{ body: string }[]>(user, "GET", `issues/${number}/comments?per_page=100`);
          return list.map(({ body }) => body);
        },
      };
    },
    async fire(timer) {
      const answer = await fetch(`${host.url}/admin/functions/${timer}`, { method: "POST", body: "{}" });
      if (answer.status !== 202) throw new Error(`the timer ${timer} answered ${answer.status}`);
    },
    async stop() {
      await github.state.webhooks.settled();
      await host.stop();
      for (const copy of copies) await copy.remove();
      model.stop();
      await github.stop();
      await storage.stop();
      await rm(hostRoot, { recursive: true, force: true });
    },
  };
}

/**
 * A root whose host.json is the product's, but for the longest wait of an idle queue and the wait after a failure: nothing
 * that is held here depends on them, and they were most of a gate's time.
 */
async function briskRoot(): Promise<string> {
  const hostJson = JSON.parse(readFileSync(path.join(root, "host.json"), "utf8"));
  Object.assign(hostJson.extensions.queues, { maxPollingInterval: "00:00:00.100", visibilityTimeout: "00:00:01" });
  const folder = await mkdtemp(path.join(tmpdir(), "assay-stage-host-"));
  await writeFile(path.join(folder, "host.json"), JSON.stringify(hostJson));
  return folder;
}

async function writeFiles(folder: string, files: Record<string, string>): Promise<void> {
  for (const [file, content] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(folder, file)), { recursive: true });
    await writeFile(path.join(folder, file), content);
  }
}
