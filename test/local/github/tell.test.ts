import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cp } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { RestFault } from "../../../src/local/github/faults.ts";
import { gitText } from "../../../src/local/github/git.ts";
import { createOpenApiValidator } from "../../../src/local/github/openapi.ts";
import { seedRepository } from "../../../src/local/github/seed.ts";
import { type GitHubStandIn, startGitHubStandIn } from "../../../src/local/github/start.ts";
import type { Repository } from "../../../src/local/github/state.ts";
import { cloneRepository } from "../../../src/local/story/working-copy.ts";
import { createGitHub } from "../../../src/shared/github/github.ts";
import type { Operation, TellPart } from "../../../src/shared/releases/operation.ts";
import type { ReleaseState } from "../../../src/shared/releases/release-state.ts";
import { createTell } from "../../../src/shared/releases/tell/create-tell.ts";
import { manifest as manifestText } from "../../shared/releases/manifests.ts";
import { release, rollback } from "../../shared/releases/tell/told-facts.ts";
import { dataPath, testWithData } from "../../support/data.ts";
import { createInstantClock } from "../../support/instant-clock.ts";
import { createMemoryLog } from "../../support/log.ts";

const manifest = "releases/support.yaml";
const routeFile = "routing/chat.yaml";
let folder = "";
let github: GitHubStandIn;
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), "assay-tell-"));
  for (const file of [manifest, routeFile]) {
    mkdirSync(path.join(folder, path.dirname(file)), { recursive: true });
    writeFileSync(path.join(folder, file), "old\n");
  }
  const file = dataPath("github-openapi-subset.json");
  const known = existsSync(file) ? createOpenApiValidator(JSON.parse(readFileSync(file, "utf8"))) : undefined;
  github = await startGitHubStandIn({ port: 0, webhookSecret: "s", ...(known ? { validate: known.validate } : {}) });
  const first = await github.addRepository({ owner: "acme", name: "made-once" });
  const old = await seedRepository(first, folder);
  const copy = await cloneRepository(github.remoteFor("acme", first), "acme");
  const commit = await copy.change({ [manifest]: "new\n", [routeFile]: "new\n" }, "a release");
  await copy.remove();
  made = { dir: first.dir, old, commit };
});
afterAll(async () => {
  await github.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Two commits; the second changed the manifest and the route's file. */
let made: { dir: string; old: string; commit: string };
let repositories = 0;
let repository: Repository;
let releases: Map<string, ReleaseState>;
let log: ReturnType<typeof createMemoryLog>;
let tell: (part: TellPart, change?: Partial<Operation>) => Promise<{ link?: string }>;

beforeEach(async () => {
  const name = `support-${++repositories}`;
  repository = await github.addRepository({ owner: "acme", name });
  await cp(made.dir, repository.dir, { recursive: true });
  const { old, commit } = made;
  const facts = { repositoryId: repository.id, repository: `acme/${name}` };
  releases = new Map(
    [
      release("support-1", { ...facts, commit: old, createdAt: new Date().toISOString() }),
      release("support-2", { ...facts, commit, createdAt: new Date().toISOString() }),
    ].map((one) => [one.releaseId, one]),
  );
  log = createMemoryLog();
  const { id: appId, privateKey } = github.app;
  const host = createGitHub({ apiUrl: github.restUrl, appId, privateKey });
  const own = createTell({
    releases: { release: async (_repositoryId, id) => releases.get(id) },
    open: (ref) => host.repository(ref),
    channels: async () => [],
    marks: { begin: async () => ({ over: true }), later: async () => {}, finish: async () => {} },
    clock: createInstantClock(),
    log,
  });
  const route = (at: string) => ({ kind: "route" as const, digest: at, path: routeFile, commit: at });
  const step = {
    target: { id: "chat", kind: "route" as const, alias: "chat" },
    ...{ from: route(commit), to: route(old), state: "verified" as const, attempts: 1 },
  };
  tell = (part, change = {}) => own(part, rollback({ ...facts, steps: [step], ...change }));
});

const shows = (revision: string, file: string) => gitText(repository.dir, ["show", `${revision}:${file}`]);
const fail = (kind: RestFault["kind"], method: string, at: string) =>
  github.state.faults.add(RestFault.parse({ on: "rest", kind, method, path: at }));
const again = async (part: TellPart, change?: Partial<Operation>) => {
  await expect(tell(part, change)).rejects.toThrow(/500|did not answer/);
  return tell(part, change);
};

describe("the check", () => {
  test("one an operation, on the release's commit, though the answer to its creation was lost", async () => {
    fail("errorAfter", "POST", "/check-runs");
    const { link } = await again("check");
    await tell("check");
    expect(repository.checkRuns).toMatchObject([
      { name: "assay / release", conclusion: "failure", headSha: releases.get("support-2")?.commit },
    ]);
    expect(link).toContain(`/runs/${repository.checkRuns[0]?.id}`);
  });

  test("what was held and then decided is the same check", async () => {
    await tell("check", { outcome: "unverified" });
    await tell("check");
    expect(repository.checkRuns.map(({ conclusion }) => conclusion)).toEqual(["failure"]);
  });
});

describe("the issue", () => {
  const lost = ["errorAfter", "reset"] as const;
  test.each(lost)(
    "one, found again by its marker among the app's own, though the answer was lost (%s)",
    async (kind) => {
      const body = `${rollbackMarker()}\n\npasted by a stranger`;
      const fake = { method: "POST", body: JSON.stringify({ title: "fake", body }) };
      const headers = { authorization: `Bearer ${github.tokenFor("eve")}` };
      await fetch(`${github.restUrl}/repos/acme/${repository.name}/issues`, { ...fake, headers });
      fail(kind, "POST", "/issues");
      const { link } = await again("issue");
      expect(await tell("issue")).toEqual({ link });
      const own = [...repository.issues.values()].filter(({ appId }) => appId !== null);
      expect(own.map(({ title, number }) => [title, link?.endsWith(`/issues/${number}`)])).toEqual([
        ["Rolled back support-2: errors rose from 1 % to 10 %", true],
      ]);
    },
  );

  test("a later operation on the release is a comment on it, once", async () => {
    const { link } = await tell("issue", { outcome: "failed", reason: "no quota" });
    const later = { operationId: "rollback-support-2-2" };
    fail("errorAfter", "POST", "/comments");
    await again("issue", later);
    expect(await tell("issue", later)).toEqual({ link });
    expect([repository.issues.size, repository.comments.length]).toEqual([1, 1]);
  });

  test("a promotion that went well opens none", async () => {
    expect(await tell("issue", { kind: "promote", outcome: "promoted" })).toEqual({});
    expect(repository.issues.size).toBe(0);
  });
});

describe("the revert", () => {
  test("a branch with the files as they were, and one pull request, whichever answer is lost", async () => {
    for (const call of ["/git/commits", "/git/refs", "/pulls"]) {
      fail("errorAfter", "POST", call);
      await expect(tell("revert"), call).rejects.toThrow(/500/);
    }
    const { link } = await tell("revert");
    expect(await tell("revert")).toEqual({ link });
    const [pull, ...more] = repository.pulls.values();
    expect([pull?.head.ref, pull?.base.ref, more]).toEqual(["assay/revert-support-2", "main", []]);
    expect(link).toContain(`/pull/${pull?.number}`);
    expect(await Promise.all([manifest, routeFile].map((file) => shows("assay/revert-support-2", file)))).toEqual([
      "old",
      "old",
    ]);
    expect(await gitText(repository.dir, ["rev-list", "--count", "main..assay/revert-support-2"])).toBe("1");
  });

  test("a file that somebody has changed since stays as it is", async () => {
    const copy = await cloneRepository(github.remoteFor("acme", repository), "acme");
    await copy.commit(manifest, "newer\n", "mended by hand");
    await copy.remove();
    await tell("revert");
    expect(await shows("assay/revert-support-2", manifest)).toBe("newer");
    expect(await shows("assay/revert-support-2", routeFile)).toBe("old");
  });

  test("what the manifest binds goes back with it, and nothing else", async () => {
    const digest = "a".repeat(64);
    const bound = manifestText({ name: "support", digest });
    const copy = await cloneRepository(github.remoteFor("acme", repository), "acme");
    const files = { "prompts/greet.prompt.md": promptText("hello"), "prompts/other.prompt.md": promptText("other") };
    const before = await copy.change({ [manifest]: "old\n", ...files }, "before");
    const changed = Object.fromEntries(Object.entries(files).map(([file, text]) => [file, `${text}More.\n`]));
    const commit = await copy.change(
      { [manifest]: bound, ...changed, "prompts/new.prompt.md": promptText("hello") },
      "after",
    );
    await copy.remove();
    for (const [id, at] of Object.entries({ "support-1": before, "support-2": commit })) {
      const known = releases.get(id);
      if (known) releases.set(id, { ...known, commit: at });
    }
    await tell("revert", { steps: [] });
    const back = "assay/revert-support-2";
    expect(await gitText(repository.dir, ["diff", "--name-status", `main..${back}`])).toBe(
      `M\tprompts/greet.prompt.md\nD\tprompts/new.prompt.md\nM\t${manifest}`,
    );
    expect(await gitText(repository.dir, ["diff", "--name-only", before, back])).toBe("prompts/other.prompt.md");
  });

  test("nothing where the default branch no longer has what the release brought", async () => {
    const copy = await cloneRepository(github.remoteFor("acme", repository), "acme");
    await copy.change({ [manifest]: "old\n", [routeFile]: "old\n" }, "taken back by hand");
    await copy.remove();
    expect(await tell("revert")).toEqual({});
    expect([repository.pulls.size, log.events.map(({ event }) => event)]).toEqual([0, ["revert.nothing"]]);
  });

  test("a first release's manifest is taken away, and a file that it came with goes too", async () => {
    releases.delete("support-1");
    const copy = await cloneRepository(github.remoteFor("acme", repository), "acme");
    const commit = await copy.commit("releases/first.yaml", "new\n", "a first release");
    await copy.remove();
    const first = releases.get("support-2");
    if (first) releases.set("support-2", { ...first, name: "first", commit });
    await tell("revert", { steps: [], destinations: [] });
    expect(await gitText(repository.dir, ["ls-tree", "-r", "--name-only", "assay/revert-support-2", "releases"])).toBe(
      manifest,
    );
  });

  test("nothing after a promotion that stands, or a rollback that changed nothing", async () => {
    await tell("revert", { kind: "promote", outcome: "promoted" });
    await tell("revert", { outcome: "failed" });
    expect(repository.pulls.size).toBe(0);
  });
});

describe("the stage", () => {
  const shown = () =>
    repository.deployments.map(({ payload, environment, statuses }) => [
      ...[(payload as { release: string }).release, environment],
      statuses.map(({ state }) => state).join(" "),
    ]);

  test("shows what it serves: one deployment a release, one status an operation, whichever answer is lost", async () => {
    const promote = { kind: "promote" as const, outcome: "promoted" as const };
    await tell("deployment", { ...promote, operationId: "promote-support-1", releaseId: "support-1" });
    const second = releases.get("support-2");
    if (second) releases.set("support-2", { ...second, before: { "route:chat": "support-1" } });
    fail("errorAfter", "POST", "/deployments");
    await again("deployment", { ...promote, operationId: "promote-support-2" });
    await tell("deployment", { ...promote, operationId: "promote-support-2" });
    expect(shown()).toEqual([
      ["support-1", "prod", "success inactive"],
      ["support-2", "prod", "success"],
    ]);
    fail("errorAfter", "POST", "/statuses");
    await again("deployment");
    await tell("deployment");
    expect(shown()).toEqual([
      ["support-1", "prod", "success inactive success"],
      ["support-2", "prod", "success inactive"],
    ]);
  });
});

test("bad input: what GitHub refuses is asked again seldom, and the log says why", async () => {
  const own = releases.get("support-2");
  if (own) releases.set("support-2", { ...own, commit: "f".repeat(40) });
  await expect(tell("check")).rejects.toMatchObject({ retryAfterMs: 30_000 });
  expect(log.events).toMatchObject([
    { event: "tell.refused", facts: { part: "check", why: expect.stringContaining("422") } },
  ]);
});

testWithData("requests and answers fit GitHub's own description", "github-openapi-subset.json", () => {
  const violations = github.state.log.entries().flatMap((entry) => entry.violations ?? []);
  expect([...new Set(violations)]).toEqual([]);
});

function promptText(name: string): string {
  return `---\nschema: assay/prompt/v1\nname: ${name}\nmodel: gpt-4.1\n---\nHello.\n`;
}

function rollbackMarker(): string {
  return `<!-- assay:release:v1 {"release":"support-2","operation":"rollback-support-2","standing":"rolledBack"} -->`;
}
