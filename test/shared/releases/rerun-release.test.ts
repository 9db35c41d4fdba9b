import { describe, expect, test } from "vitest";
import { askRollback } from "../../../src/shared/releases/ask-rollback.ts";
import { nextRelease } from "../../../src/shared/releases/next-release.ts";
import { defaultStageTimes } from "../../../src/shared/releases/operation.ts";
import { giveUpRelease } from "../../../src/shared/releases/promotion/give-up-release.ts";
import { promoteRelease } from "../../../src/shared/releases/promotion/promote-release.ts";
import { nameIn, rerunRelease } from "../../../src/shared/releases/promotion/rerun-release.ts";
import { sharedAzurite } from "../../support/azurite.ts";
import { peopleWorld } from "./people-world.ts";
import { before, merged } from "./promotion-world.ts";

async function openRoom() {
  const world = await peopleWorld(await sharedAzurite());
  // What serves is verified, so that a merge does not wait.
  await world.store.changeRelease(world.id, "chat-2", (row) => ({ ...row, status: "verified" }));
  const ref = { repositoryId: world.id, repository: "acme/ai", commit: merged };
  const rerun = (operationId: string, ports = world.ports) => rerunRelease({ ...ref, operationId, by: "mona" }, ports);
  return { ...world, ref, rerun };
}

test("a check's own id says which manifest it is of", () => {
  expect(nameIn("promote-chat-0123456789ab")).toBe("chat");
  expect(nameIn("promote-chat-prod-0123456789ab-12")).toBe("chat-prod");
  expect(nameIn("promote-chat")).toBe("chat");
  expect(nameIn("rollback-chat-0123456789ab")).toBeUndefined();
});

describe("the re-run button of the check", () => {
  test("asks for a refused promotion again, by whoever pressed it, once", async () => {
    const { ports, asked, approvals, checks, sent, rerun } = await openRoom();
    const [grace] = approvals.splice(0);
    expect(await promoteRelease(asked, ports)).toMatchObject({ kind: "refused" });
    const externalId = checks[0]?.externalId ?? "";
    await rerun(externalId);
    expect(checks).toMatchObject([{ conclusion: "action_required" }]);
    if (grace) approvals.push(grace);
    await rerun(externalId);
    await rerun(externalId);
    expect(sent).toMatchObject([
      { kind: "promote", cause: { kind: "person", by: "mona", reason: "the check was run again" } },
    ]);
    expect(checks).toMatchObject([{ externalId, status: "in_progress" }]);
  });

  test("brings back nothing that was changed since on the default branch, and says so", async () => {
    const { ports, asked, checks, sent, rerun } = await openRoom();
    const open: typeof ports.open = async (ref) => {
      const host = await ports.open(ref);
      return { ...host, pulls: { ...host.pulls, tip: async () => before } };
    };
    await rerun("promote-chat-0123456789ab", { ...ports, open });
    expect(checks).toMatchObject([
      {
        externalId: "promote-chat-0123456789ab",
        summary: expect.stringContaining("was changed since on the default branch"),
      },
    ]);
    await rerun(`promote-${asked.name}x-0123456789ab`);
    expect(sent).toEqual([]);
  });

  test("of a rollback that changed nothing asks for the rollback again", async () => {
    const { ports, store, id, sent, rerun } = await openRoom();
    const cause = { kind: "person", by: "ada", reason: "slow" } as const;
    await askRollback({ repositoryId: id, releaseId: "chat-2", cause, automatic: false }, ports);
    await rerun("rollback-chat-2");
    expect(sent).toHaveLength(1);
    const stored = await store.operation(id, "rollback-chat-2");
    if (stored) await store.write(stored, { ...stored.operation, stage: "closed", outcome: "failed" });
    await rerun("rollback-chat-2");
    expect(sent[1]).toMatchObject({ operationId: "rollback-chat-2-try2", cause: { by: "mona" } });
  });
});

describe("a message of releases that failed again and again", () => {
  test("of a push concludes the check of each manifest, with what to do, and its row says why", async () => {
    const { ports, ref, store, id, checks, clock } = await openRoom();
    await store.addRelease({
      ...{ releaseId: "chat-0123456789ab", repositoryId: id, repository: "acme/ai", name: "chat", stage: "prod" },
      watch: { mode: "act", minutes: 60, minimumSamples: 20, windows: { needed: 2, of: 3 }, rules: [] },
      ...{ digest: "d", commit: merged, owner: "ada", status: "promoting", pointers: {}, brought: [], before: {} },
      ...{ atomic: false, standbyHours: 24, createdAt: clock.now().toISOString() },
    });
    const host = await ports.open(ref);
    await host.checks.create({
      ...{ name: "assay / release", headSha: merged, externalId: "promote-chat-0123456789ab" },
      ...{ status: "in_progress", title: "", summary: "" },
    });
    await giveUpRelease({ kind: "pushed", ...ref, before }, ports);
    expect(checks).toMatchObject([
      { status: "completed", conclusion: "action_required", summary: expect.stringContaining("Run this check again") },
    ]);
    expect(await store.release(id, "chat-0123456789ab")).toMatchObject({
      ...{ status: "refused", reason: expect.stringContaining("again and again") },
    });
  });

  test("of a push that reached nobody makes the check, and of a re-run concludes its own", async () => {
    const { ports, ref, checks } = await openRoom();
    await giveUpRelease({ kind: "pushed", ...ref, before }, ports);
    expect(checks).toMatchObject([{ externalId: "promote-chat", headSha: merged, conclusion: "action_required" }]);
    await giveUpRelease({ kind: "rerun", ...ref, operationId: "promote-chat-0123456789ab" }, ports);
    expect(checks).toHaveLength(1);
  });

  test("of an operation leaves it to the minute timer, and holds it where that has not helped for ten minutes", async () => {
    const { ports, asked, sent, store, id, clock } = await openRoom();
    await promoteRelease(asked, ports);
    const operationId = sent[0]?.operationId ?? "";
    const message = { kind: "operation", repositoryId: id, operationId } as const;
    await giveUpRelease(message, ports);
    expect((await store.operation(id, operationId))?.operation.stage).toBe("claiming");
    await clock.advance(15 * 60_000);
    await giveUpRelease(message, ports);
    expect((await store.operation(id, operationId))?.operation).toMatchObject({
      ...{ stage: "held", reason: expect.stringContaining("failed again and again") },
    });
  });

  test("of an operation whose write was begun does not let it end as one that changed nothing", async () => {
    const { ports, asked, sent, store, id, clock } = await openRoom();
    await promoteRelease(asked, ports);
    const operationId = sent[0]?.operationId ?? "";
    const known = await store.operation(id, operationId);
    if (!known) throw new Error("it is not there");
    const steps = known.operation.steps.map((step) => ({ ...step, state: "flipping" as const }));
    await store.write(known, { ...known.operation, stage: "flipping", steps });
    await clock.advance(15 * 60_000);
    await giveUpRelease({ kind: "operation", repositoryId: id, operationId }, ports);
    const held = (await store.operation(id, operationId))?.operation;
    if (!held) throw new Error("it is gone");
    const now = new Date(Date.parse(held.deadline) + 1);
    const { operation: over } = nextRelease(held, { saw: "start" }, { now, times: defaultStageTimes });
    expect([held.stage, over.outcome]).toEqual(["held", "partiallyRolledBack"]);
  });
});
