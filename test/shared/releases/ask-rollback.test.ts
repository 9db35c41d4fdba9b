import { beforeAll, describe, expect, test } from "vitest";
import { type AskPorts, askRollback } from "../../../src/shared/releases/ask-rollback.ts";
import { type Cause, defaultStageTimes } from "../../../src/shared/releases/operation.ts";
import type { ReleaseState } from "../../../src/shared/releases/release-state.ts";
import type { ReleaseStore } from "../../../src/shared/releases/release-store.ts";
import { createReleaseStore } from "../../../src/shared/storage/release-store.ts";
import { createTables } from "../../../src/shared/storage/tables.ts";
import { sharedAzurite } from "../../support/azurite.ts";
import { createManualClock } from "../../support/manual-clock.ts";

let store: ReleaseStore;
let repositories = Math.floor(Math.random() * 1e9);
beforeAll(async () => {
  store = createReleaseStore(createTables({ kind: "connectionString", connectionString: await sharedAzurite() }));
});

type Mode = ReleaseState["watch"]["mode"];
const [model, prompt] = ["deployment:chat", "prompt:support"];

/** A model that was released half an hour before a prompt which calls it; each with a verified release before it. */
async function openRoom(modes: { model?: Mode; prompt?: Mode }) {
  const id = ++repositories;
  const clock = createManualClock("2026-11-15T10:40:00.000Z");
  const sent: string[] = [];
  const ports: AskPorts = {
    ...{ releases: store, stageTimes: defaultStageTimes, tells: [], clock },
    enqueue: async ({ operationId }) => void sent.push(operationId),
  };
  const add = async (releaseId: string, key: string, time: string, change: Partial<ReleaseState>) => {
    const at = `2026-11-15T${time}:00.000Z`;
    await store.addRelease({
      ...{ releaseId, repositoryId: id, repository: "acme/ai", name: "r", stage: "prod", digest: "d", commit: "c" },
      watch: { mode: "observe", minutes: 60, minimumSamples: 20, windows: { needed: 2, of: 3 }, rules: [] },
      ...{ owner: "ada", status: "verified", pointers: { [key]: { kind: "prompt", digest: releaseId } }, brought: [] },
      ...{ before: {}, atomic: false, standbyHours: 24, createdAt: at, promotedAt: at, ...change },
    });
  };
  const watch = (mode: Mode = "act") => ({
    ...{ mode, minutes: 60, minimumSamples: 20, windows: { needed: 2, of: 3 }, rules: [] },
  });
  await add("model-1", model, "08:00", {});
  await add("prompt-1", prompt, "08:00", {});
  await add("model-2", model, "10:00", {
    status: "watching",
    before: { [model]: "model-1" },
    watch: watch(modes.model),
  });
  const second = { before: { [prompt]: "prompt-1" }, reaches: [model, prompt], watch: watch(modes.prompt) };
  await add("prompt-2", prompt, "10:30", { ...second, status: "watching" });
  await store.mark(id, model, (known) => ({ ...known, current: "model-2" }));
  await store.mark(id, prompt, (known) => ({ ...known, current: "prompt-2" }));
  const seen = { kind: "watch", reason: "errors", seenAt: "2026-11-15T10:38:00.000Z" } as const;
  const ask = (
    releaseId: string,
    cause: Cause = seen,
    more: { approve?: boolean; decline?: boolean; to?: string } = {},
  ) => askRollback({ repositoryId: id, releaseId, cause, automatic: cause.kind === "watch", ...more }, ports);
  const mona = { kind: "person", by: "mona", reason: "yes" } as const;
  return { ask, sent, id, clock, mona };
}

describe("two releases that pass through the same", () => {
  test("the newer one is taken back for what is seen on the older", async () => {
    const { ask, sent } = await openRoom({});
    const answered = await ask("model-2");
    expect(answered).toMatchObject({ kind: "operation", isNew: true, operation: { operationId: "rollback-prompt-2" } });
    expect(answered.kind === "operation" ? answered.operation.cause.reason : "").toContain("errors (seen on model-2;");
    expect(await ask("model-2")).toMatchObject({ isNew: false, operation: { operationId: "rollback-prompt-2" } });
    expect(sent).toEqual(["rollback-prompt-2"]);
  });

  test("where the newer one only observes, a person is asked about the older", async () => {
    const { ask, sent } = await openRoom({ prompt: "observe" });
    expect(await ask("model-2")).toMatchObject({
      operation: {
        ...{ operationId: "rollback-model-2", stage: "held" },
        reason: expect.stringContaining("that one stays: the release's watch only observes"),
      },
    });
    expect(sent).toEqual([]);
  });

  test("a person's own choice is done as it is said", async () => {
    const { ask, mona } = await openRoom({});
    expect(await ask("model-2", mona)).toMatchObject({
      operation: { operationId: "rollback-model-2", stage: "claiming" },
    });
  });
});

test("what is partly back is gone on with where a person asks, by an operation of its own; the watch leaves it", async () => {
  const { ask, sent, mona, id } = await openRoom({});
  await ask("prompt-2", mona);
  const stored = await store.operation(id, "rollback-prompt-2");
  if (!stored) throw new Error("no operation");
  await store.write(stored, { ...stored.operation, stage: "closed", outcome: "partiallyRolledBack" });
  await store.changeRelease(id, "prompt-2", (row) => ({ ...row, status: "partiallyRolledBack" }));
  expect(await ask("prompt-2")).toMatchObject({ isNew: false, operation: { operationId: "rollback-prompt-2" } });
  expect(await ask("prompt-2", mona)).toMatchObject({
    isNew: true,
    operation: { operationId: "rollback-prompt-2-try2" },
  });
  expect(sent).toEqual(["rollback-prompt-2", "rollback-prompt-2-try2"]);
});

describe("what is held", () => {
  test("and was proposed by the watch begins when a person asks for it, once, and is theirs", async () => {
    const { ask, sent, mona } = await openRoom({ prompt: "propose" });
    expect(await ask("prompt-2")).toMatchObject({ operation: { stage: "held" } });
    expect(await ask("prompt-2")).toMatchObject({ isNew: false, operation: { stage: "held" } });
    const [yes, again] = await Promise.all([ask("prompt-2", mona), ask("prompt-2", mona)]);
    expect([yes, again].map((one) => one.kind === "operation" && one.isNew).sort()).toEqual([false, true]);
    const answered = await ask("prompt-2", mona);
    expect(answered).toMatchObject({ isNew: false, operation: { stage: "claiming", automatic: false } });
    expect(JSON.stringify(answered)).toContain("mona says to go on");
    expect(sent).toEqual(["rollback-prompt-2"]);
  });

  test("and was proposed goes where the person says, and nowhere where it cannot go there", async () => {
    const { ask, sent, mona, id } = await openRoom({ prompt: "propose" });
    await ask("prompt-2");
    const stored = await store.operation(id, "rollback-prompt-2");
    if (!stored) throw new Error("no operation");
    const [first] = stored.operation.destinations;
    if (!first) throw new Error("no destination");
    const destinations = [first, { ...first, releaseId: "prompt-0" }];
    await store.write(stored, { ...stored.operation, destinations });
    expect(await ask("prompt-2", mona, { to: "prompt-9" })).toEqual({
      kind: "record",
      reason: "prompt-9 is no release that it can go back to; those are: prompt-1, prompt-0",
    });
    expect(sent).toEqual([]);
    const answered = await ask("prompt-2", mona, { to: "prompt-0" });
    expect(answered).toMatchObject({ isNew: true, operation: { stage: "claiming", destination: 0 } });
    expect(answered.kind === "operation" && answered.operation.destinations).toMatchObject([{ releaseId: "prompt-0" }]);
  });

  test("and is declined stays as it is, for the watch too; a person may ask anew", async () => {
    const { ask, sent, mona, id } = await openRoom({ prompt: "propose" });
    const no = { ...mona, reason: "a load test" };
    expect(await ask("prompt-2", no, { decline: true })).toEqual({
      kind: "record",
      reason: "no rollback of it waits for a person",
    });
    await ask("prompt-2");
    const declined = { operationId: "rollback-prompt-2", outcome: "declined", reason: "mona says no: a load test" };
    expect(await ask("prompt-2", no, { decline: true })).toMatchObject({ isNew: true, operation: declined });
    expect(await ask("prompt-2", no, { decline: true })).toMatchObject({ isNew: false, operation: declined });
    expect(await ask("prompt-2")).toMatchObject({ isNew: false, operation: declined });
    expect((await store.release(id, "prompt-2"))?.status).toBe("watching");
    expect(sent).toEqual(["rollback-prompt-2"]);
    const stored = await store.operation(id, "rollback-prompt-2");
    if (!stored) throw new Error("no operation");
    await store.write(stored, { ...stored.operation, stage: "closed" });
    const anew = { isNew: true, operation: { operationId: "rollback-prompt-2-try2", stage: "claiming" } };
    expect(await ask("prompt-2", mona)).toMatchObject(anew);
    expect(await ask("prompt-2", no, { decline: true })).toEqual({
      kind: "record",
      reason: "rollback-prompt-2-try2 waits for nobody: it is at claiming",
    });
  });

  test("though a person asked for it needs the word: a second click writes over nobody's change", async () => {
    const { ask, sent, mona, id } = await openRoom({});
    await ask("prompt-2", mona);
    const stored = await store.operation(id, "rollback-prompt-2");
    if (!stored) throw new Error("no operation");
    await store.write(stored, { ...stored.operation, stage: "held", reason: "it was changed by hand" });
    expect(await ask("prompt-2", mona)).toMatchObject({ isNew: false, operation: { stage: "held" } });
    expect(await ask("prompt-2", mona, { approve: true })).toMatchObject({
      isNew: true,
      operation: { stage: "claiming" },
    });
    expect(sent).toHaveLength(2);
  });
});
