import { describe, expect, test } from "vitest";
import { getReleases } from "../../../src/shared/releases/list-releases.ts";
import { defaultStageTimes, type Operation } from "../../../src/shared/releases/operation.ts";
import type { Principal } from "../../../src/shared/releases/principals.ts";
import type { ReleaseState, TargetState } from "../../../src/shared/releases/release-state.ts";
import type { ReleaseStore } from "../../../src/shared/releases/release-store.ts";
import { getRelease, postRollback, type RollbackApiPorts } from "../../../src/shared/releases/rollback-api.ts";
import type { Pointer, TargetPort } from "../../../src/shared/releases/target-port.ts";
import { createMemoryLog } from "../../support/log.ts";
import { createManualClock } from "../../support/manual-clock.ts";

const key = "prompt:support";
const prompt = (digest: string): Pointer => ({ kind: "prompt", digest });

function release(releaseId: string, before: string | undefined, status: ReleaseState["status"]): ReleaseState {
  return {
    ...{ releaseId, repositoryId: 1, repository: "acme/ai", name: "support", stage: "prod", digest: "d", commit: "c" },
    watch: { mode: "observe", minutes: 60, minimumSamples: 20, windows: { needed: 2, of: 3 }, rules: [] },
    ...{ owner: "@acme/ai", status, pointers: { [key]: prompt(releaseId) }, brought: [], atomic: false },
    ...{ before: before ? { [key]: before } : {}, standbyHours: 24, createdAt: "2026-11-15T09:00:00.000Z" },
  };
}

/** Two releases, of which the second serves; operations are kept as they are begun. */
function house(roles: string[] = ["Assay.Operator"]) {
  const releases = [
    release("r0", undefined, "verified"),
    release("r1", "r0", "verified"),
    release("r2", "r1", "watching"),
  ];
  const target: TargetState = { id: "support", kind: "prompt", alias: "support", current: "r2", epoch: 1 };
  const operations = new Map<string, Operation>();
  const sent: string[] = [];
  const store: Partial<ReleaseStore> = {
    release: async (_, id) => releases.find(({ releaseId }) => releaseId === id),
    releases: async () => releases,
    quarantineOf: async () => [],
    targets: async () => [target],
    quarantined: async () => [],
    async operation(_, id) {
      const operation = operations.get(id);
      return operation && { operation, version: 1 };
    },
    async begin(operation) {
      if (operations.has(operation.operationId)) return false;
      operations.set(operation.operationId, operation);
      return true;
    },
  };
  const port: TargetPort = {
    read: async () => prompt("r2"),
    flip: async () => {
      throw new Error("a preview flips nothing");
    },
    probe: async (_target, pointer) => ({
      ...{ kind: "answered", asExpected: true, latencyMs: 1 },
      served: pointer.kind === "prompt" ? pointer.digest : "",
    }),
  };
  const principal: Principal = { tenant: "t", caller: "c", subject: "mona", roles };
  const ports: RollbackApiPorts = {
    releases: store as ReleaseStore,
    targets: async () => ({ agent: port, deployment: port, inPlace: port, route: port, prompt: port }),
    principals: {
      of: async (header) =>
        header === "Bearer good" ? principal : { status: 401, reason: "the request has no token" },
    },
    audit: { intend: async () => {}, conclude: async () => {} },
    newId: () => "id",
    repositoryId: async (repository) => (repository === null || repository === "acme/ai" ? 1 : undefined),
    enqueue: async ({ operationId }) => void sent.push(operationId),
    ...{ tells: [], stageTimes: defaultStageTimes, clock: createManualClock(), log: createMemoryLog() },
  };
  const post = (
    body: unknown,
    change: { releaseId?: string; repository?: string; authorization?: string | null } = {},
  ) =>
    postRollback(
      {
        ...{ releaseId: "r2", repository: null, authorization: "Bearer good", ...change },
        body: typeof body === "string" ? body : JSON.stringify(body),
      },
      ports,
    );
  const list = (authorization: string | null = "Bearer good") =>
    getReleases({ repository: null, authorization }, ports);
  const show = (releaseId: string) => getRelease({ releaseId, repository: null, authorization: "Bearer good" }, ports);
  return { post, list, show, sent, operations, releases, target, port };
}

test("GET /api/releases shows what serves first, with what was found of its way back; without a principal it is 401", async () => {
  const { list, releases } = house(["Assay.Reader"]);
  const standby = { lookedAt: "t", problems: ["r1: gone"], lostSince: "t", peaks: {} };
  for (const release of releases) Object.assign(release, { standby });
  const { status, body } = await list();
  expect([status, body]).toMatchObject([
    200,
    { releases: [{ releaseId: "r2", serves: true, standby }, { releaseId: "r1" }, { releaseId: "r0" }] },
  ]);
  expect((body.releases as object[])[1]).not.toHaveProperty("standby");
  expect((await list(null)).status).toBe(401);
});

describe("POST /api/releases/{id}/rollback", () => {
  test("begins one rollback, however often it is clicked", async () => {
    const { post, sent } = house();
    const first = await post({ reason: "customers complain" });
    expect(first).toMatchObject({
      status: 202,
      body: { operation: { operationId: "rollback-r2", to: "r1", automatic: false, cause: { by: "mona" } } },
    });
    expect(await post({ reason: "again" })).toMatchObject({ status: 200, body: { operation: { stage: "claiming" } } });
    expect(sent).toEqual(["rollback-r2"]);
  });

  test("a try that changed nothing may be followed by another", async () => {
    const { post, show, operations, sent } = house();
    await post({ reason: "one" });
    const first = operations.get("rollback-r2");
    if (first) operations.set("rollback-r2", { ...first, stage: "closed", outcome: "failed" });
    expect(await post({ reason: "two" })).toMatchObject({
      status: 202,
      body: { operation: { operationId: "rollback-r2-try2" } },
    });
    expect(sent).toHaveLength(2);
    expect((await show("r2")).body).toMatchObject({ rollback: { operationId: "rollback-r2-try2", stage: "claiming" } });
  });

  test("a dry run shows from where to where, whether it can serve, and what stays; nothing is begun", async () => {
    const { post, sent, operations } = house();
    const { status, body } = await post({ reason: "look", dryRun: true });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      ...{ dryRun: true, from: "r2", to: "r1", notUndone: expect.arrayContaining(["data that was written meanwhile"]) },
      steps: [{ target: key, serves: prompt("r2"), to: prompt("r1"), probe: { asExpected: true } }],
    });
    expect([sent.length, operations.size]).toEqual([0, 0]);
  });

  test("a dry run passes over what cannot serve, as the rollback would", async () => {
    const { post, port } = house();
    const { probe } = port;
    port.probe = async (target, pointer) =>
      pointer.kind === "prompt" && pointer.digest === "r1"
        ? { kind: "gone", code: "DeploymentNotFound", reason: "it was deleted" }
        : probe(target, pointer);
    expect((await post({ reason: "look", dryRun: true })).body).toMatchObject({
      ...{ to: "r0", steps: [{ to: prompt("r0") }] },
      passedOver: [{ releaseId: "r1", reasons: ["support: DeploymentNotFound: it was deleted"] }],
    });
    port.probe = async () => ({ kind: "gone", code: "ModelRetired", reason: "410" });
    expect((await post({ reason: "look", dryRun: true })).body).toMatchObject({
      ...{
        to: "nothing before it can serve: it would be held",
        passedOver: [{ releaseId: "r1" }, { releaseId: "r0" }],
      },
    });
    port.probe = async () => Promise.reject(new Error("the account does not answer"));
    port.read = async () => Promise.reject(new Error("the account does not answer"));
    expect((await post({ reason: "look", dryRun: true })).body).toMatchObject({
      ...{ to: "r1", steps: [{ unread: "the account does not answer", probe: { kind: "unknown" } }] },
    });
  });

  test("a dry run tells of a rollback that is under way, and of what people put on the targets", async () => {
    const { post, operations, target, sent } = house();
    const paused = { until: "2999-01-01T00:00:00.000Z", why: "we look at it ourselves", by: "ada" };
    Object.assign(target, { paused });
    expect((await post({ reason: "look", dryRun: true })).body).toMatchObject({
      marks: [{ target: key, paused }],
    });
    await post({ reason: "slow" });
    const look = async () => (await post({ reason: "look", dryRun: true })).body;
    expect(await look()).toMatchObject({ to: "r1", underWay: { operationId: "rollback-r2", stage: "claiming" } });
    const begun = operations.get("rollback-r2");
    if (begun) operations.set("rollback-r2", { ...begun, stage: "held", reason: "it was changed by hand" });
    expect(await look()).toMatchObject({
      underWay: { stage: "held", reason: "it was changed by hand", asking: expect.stringContaining("`approve`") },
    });
    if (begun) operations.set("rollback-r2", { ...begun, stage: "held", automatic: true });
    expect(await look()).toMatchObject({ underWay: { asking: "says yes to it" } });
    expect(sent).toHaveLength(1);
  });

  test("bad input: another aim than that of the rollback that is under way is refused, and not passed over", async () => {
    const { post, sent } = house();
    await post({ reason: "slow" });
    const refused = {
      status: 409,
      body: { error: expect.stringContaining("rollback-r2 leads to r1 already, at claiming") },
    };
    expect(await post({ reason: "slower", to: "r0" })).toEqual(refused);
    expect(await post({ reason: "slower", to: "r0", dryRun: true })).toEqual(refused);
    expect(await post({ reason: "the same", to: "r1" })).toMatchObject({ status: 200 });
    expect(sent).toHaveLength(1);
  });

  test("secrets in the reason are not kept", async () => {
    const { post, operations } = house();
    await post({ reason: `leaked ghp_${"a1B2".repeat(9)}` });
    expect(operations.get("rollback-r2")?.cause.reason).not.toContain("a1B2a1B2");
  });

  test.each([
    ["without a principal", { authorization: null }, {}, 401, "no token"],
    ["of an unknown release", { releaseId: "r9" }, {}, 404, "There is no release r9"],
    ["of an unknown repository", { repository: "acme/other" }, {}, 404, "acme/other is not served"],
    ["of a release that nothing serves any more", { releaseId: "r1" }, {}, 409, "support serves r2 by now"],
    [
      "to a release that it cannot go back to",
      {},
      { to: "r7" },
      409,
      "r7 is no release that it can go back to; those are: r1, r0",
    ],
  ])("bad input: %s", async (_title, change, extra, status, error) => {
    const { post, sent } = house();
    expect(await post({ reason: "x", ...extra }, change)).toEqual({
      status,
      body: { error: expect.stringContaining(error) },
    });
    expect(sent).toEqual([]);
  });

  test("bad input: a reader's principal, no JSON, more than 256 KB, no reason, an unknown field", async () => {
    expect(await house(["Assay.Reader"]).post({ reason: "x" })).toMatchObject({ status: 403 });
    const { post } = house();
    expect(await post("{")).toMatchObject({ status: 400, body: { error: expect.stringContaining("not JSON") } });
    expect(await post({ reason: "x".repeat(256 * 1024) })).toMatchObject({
      ...{ status: 413, body: { error: expect.stringContaining("more than 256 KB") } },
    });
    expect(await post({})).toMatchObject({ status: 400, body: { error: expect.stringContaining("reason") } });
    expect(await post({ reason: "x", force: true })).toMatchObject({
      status: 400,
      body: { error: expect.stringContaining("force") },
    });
  });
});
