import { describe, expect, test } from "vitest";
import { NotFoundError, RetryableError } from "../../../src/shared/errors.ts";
import { getReleases } from "../../../src/shared/releases/list-releases.ts";
import { postLift, postPause, postPromotion } from "../../../src/shared/releases/promotion-api.ts";
import { getRelease, type RollbackApiPorts } from "../../../src/shared/releases/rollback-api.ts";
import { sharedAzurite } from "../../support/azurite.ts";
import { peopleWorld, principals } from "./people-world.ts";
import { before, head, merged } from "./promotion-world.ts";

async function openRoom() {
  const world = await peopleWorld(await sharedAzurite());
  let ids = 0;
  const ports: RollbackApiPorts & typeof world.ports = {
    ...world.ports,
    releases: { ...world.store, repositories: async () => [{ repositoryId: world.id, repository: "acme/ai" }] },
    ...{ principals, audit: world.audit, newId: () => `api-${++ids}` },
    repositoryId: async (asked) => (asked === null || asked === "acme/ai" ? world.id : undefined),
  };
  const asked = (releaseId: string, body: unknown, role: string | null = "Assay.Operator") => ({
    ...{ releaseId, repository: null, authorization: role },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
  const show = async (releaseId: string) => (await getRelease(asked(releaseId, {}, "Assay.Reader"), ports)).body;
  return { ...world, ports, asked, show };
}

describe("POST /api/releases/{id}/pause", () => {
  test("stops what happens by itself for a time that ends by itself, and is shown with its reason", async () => {
    const { ports, asked, show, clock } = await openRoom();
    const until = new Date(clock.now().getTime() + 2 * 3_600_000).toISOString();
    const { status, body } = await postPause(asked("chat-2", { reason: "we look at it ourselves", hours: 2 }), ports);
    const mark = { target: "deployment:chat", paused: { until, why: "we look at it ourselves", by: "mona" } };
    expect({ status, body }).toMatchObject({ status: 200, body: { releaseId: "chat-2", targets: [mark] } });
    expect(await show("chat-2")).toMatchObject({ targets: [mark] });
    await clock.advance(3 * 3_600_000);
    expect(await show("chat-2")).toMatchObject({ targets: [{ target: "deployment:chat", current: "chat-2" }] });
    expect(JSON.stringify((await show("chat-2")).targets)).not.toContain("we look at it ourselves");
  });

  test("bad input: nobody, a reader, no reason, too long, an unknown release or repository", async () => {
    const { ports, asked } = await openRoom();
    const pause = (id: string, body: unknown, role?: string | null) => postPause(asked(id, body, role), ports);
    expect(await pause("chat-2", { reason: "x" }, null)).toMatchObject({ status: 401 });
    expect(await pause("chat-2", { reason: "x" }, "Assay.Reader")).toMatchObject({ status: 403 });
    expect(await pause("chat-2", {})).toMatchObject({
      status: 400,
      body: { error: expect.stringContaining("reason") },
    });
    expect(await pause("chat-2", { reason: "x", hours: 400 })).toMatchObject({ status: 400 });
    expect(await pause("chat-9", { reason: "x" })).toMatchObject({ status: 404 });
    const elsewhere = { ...asked("chat-2", { reason: "x" }), repository: "acme/other" };
    expect(await postPause(elsewhere, ports)).toMatchObject({ status: 404 });
  });
});

describe("POST /api/releases/{name}/promotion", () => {
  test("does what a merge would, once, and tells what refuses it", async () => {
    const { ports, asked, sent, approvals } = await openRoom();
    const [grace] = approvals.splice(0);
    const refused = await postPromotion(asked("chat", { reason: "now" }), ports);
    expect(refused).toMatchObject({ status: 409, body: { refusals: [{ code: "approvalsMissing" }] } });
    if (grace) approvals.push(grace);
    const first = await postPromotion(asked("chat", { reason: "now" }), ports);
    expect(first).toMatchObject({ status: 202, body: { operation: { kind: "promote", cause: { by: "mona" } } } });
    expect(await postPromotion(asked("chat", { reason: "now" }), ports)).toMatchObject({ status: 200 });
    expect(sent).toHaveLength(1);
  });

  test("bad input: a commit that was never merged, whoever approved it, and one that nobody knows", async () => {
    const { ports, asked, sent } = await openRoom();
    const open = ports.open;
    const bases: Record<string, string> = { [before]: before, [head]: before };
    ports.open = async (ref) => {
      const host = await open(ref);
      const mergeBase = async (_tip: string, commit: string) => {
        const base = bases[commit];
        if (!base) throw new NotFoundError("GitHub answered 404 (compare): Not Found");
        return base;
      };
      return { ...host, pulls: { ...host.pulls, mergeBase } };
    };
    const refused = (commit: string) => ({
      ...{ status: 409, body: { error: `Not promoted: ${commit.slice(0, 10)} is no commit of main.` } },
    });
    for (const commit of [head, "f".repeat(40)])
      expect(await postPromotion(asked("chat", { reason: "x", commit }), ports)).toEqual(refused(commit));
    expect(await postPromotion(asked("chat", { reason: "x", commit: before }), ports)).toMatchObject({ status: 404 });
    expect(await postPromotion(asked("chat", { reason: "x", commit: merged }), ports)).toMatchObject({ status: 202 });
    expect(sent).toHaveLength(1);
  });

  test("while GitHub does not answer it says so, and promotes nothing", async () => {
    const { ports, asked, sent } = await openRoom();
    ports.open = async () => Promise.reject(new RetryableError("GitHub did not answer (read the branch): no answer"));
    expect(await postPromotion(asked("chat", { reason: "x" }), ports)).toMatchObject({
      ...{ status: 503, body: { error: expect.stringContaining("GitHub did not answer") } },
    });
    expect(sent).toEqual([]);
  });

  test("bad input: nobody, no such manifest, a commit that is none, a repository that is not served", async () => {
    const { ports, asked, sent } = await openRoom();
    const promote = (name: string, body: unknown, role?: string | null) =>
      postPromotion(asked(name, body, role), ports);
    expect(await promote("chat", { reason: "x" }, null)).toMatchObject({ status: 401 });
    expect(await promote("chat", { reason: "x" }, "Assay.Reader")).toMatchObject({ status: 403 });
    expect(await promote("chart", { reason: "x" })).toMatchObject({ status: 404 });
    expect(await promote("chat", { reason: "x", commit: "main" })).toMatchObject({ status: 400 });
    const elsewhere = { ...asked("chat", { reason: "x" }), repository: "acme/other" };
    expect(await postPromotion(elsewhere, ports)).toMatchObject({ status: 404 });
    expect(sent).toEqual([]);
  });
});

describe("POST /api/releases/{id}/lift", () => {
  test("a promotion refuses what is in quarantine until a person lifts it", async () => {
    const [elsewhere, here] = await Promise.all([openRoom(), openRoom()]);
    await postPromotion(elsewhere.asked("chat", { reason: "to see what it brings" }), elsewhere.ports);
    const brought = (await elsewhere.store.release(elsewhere.id, elsewhere.sent[0]?.releaseId ?? ""))?.brought;
    const digest = brought?.[0] ?? "";
    const { ports, asked, quarantine } = here;
    await quarantine(digest);
    expect(await postPromotion(asked("chat", { reason: "now" }), ports)).toMatchObject({
      ...{ status: 409, body: { refusals: [{ code: "quarantined" }] } },
    });
    expect(await postLift(asked("chat-2", { reason: "it was the network", digest }), ports)).toMatchObject({
      status: 200,
    });
    expect(await postPromotion(asked("chat", { reason: "now" }), ports)).toMatchObject({ status: 202 });
  });

  test("is shown with who lifted it and why, and is on record", async () => {
    const { ports, asked, show, quarantine, audited } = await openRoom();
    for (const digest of ["a".repeat(64), "b".repeat(64)]) await quarantine(digest);
    expect(await show("chat-2")).toMatchObject({ quarantine: [{ reason: "errors" }, { reason: "errors" }] });
    const all = await getReleases(asked("", {}, "Assay.Reader"), ports);
    expect(all.body).toMatchObject({
      releases: [{ releaseId: "chat-2", quarantine: [{}, {}] }, { releaseId: "chat-1" }],
    });
    const one = await postLift(asked("chat-2", { reason: "mended", digest: "a".repeat(12) }), ports);
    expect(one).toMatchObject({ status: 200, body: { quarantine: [{ digest: "a".repeat(64), clearedBy: "mona" }] } });
    expect(await postLift(asked("chat-2", { reason: "mended" }), ports)).toMatchObject({
      body: { quarantine: [{ digest: "b".repeat(64), clearedReason: "mended" }] },
    });
    expect(await show("chat-2")).toMatchObject({ quarantine: [{ clearedBy: "mona" }, { clearedBy: "mona" }] });
    expect(audited.map(({ what, outcome }) => [what, outcome])).toEqual([
      ["quarantine.lifted", "done"],
      ["quarantine.lifted", "done"],
    ]);
  });

  test("bad input: nobody, a reader, no reason, digits that are none, nothing in quarantine", async () => {
    const { ports, asked, audited } = await openRoom();
    const lift = (body: unknown, role?: string | null) => postLift(asked("chat-2", body, role), ports);
    expect(await lift({ reason: "x" }, null)).toMatchObject({ status: 401 });
    expect(await lift({ reason: "x" }, "Assay.Reader")).toMatchObject({ status: 403 });
    expect(await lift({})).toMatchObject({ status: 400 });
    expect(await lift({ reason: "x", digest: "abc" })).toMatchObject({ status: 400 });
    expect(await lift({ reason: "x" })).toMatchObject({
      ...{ status: 409, body: { error: expect.stringContaining("what chat-2 brought is not in quarantine") } },
    });
    expect(audited).toEqual([]);
  });
});
