import fc from "fast-check";
import { beforeEach, describe, expect, test } from "vitest";
import { concludeGate } from "../../../src/shared/gate/conclude-gate.ts";
import { shardKey, update } from "../../../src/shared/gate/gate-store.ts";
import { perform } from "../../../src/shared/gate/perform.ts";
import { runGateShard } from "../../../src/shared/gate/run-gate-shard.ts";
import { everyMinute } from "../../../src/shared/gate/timers.ts";
import { settingDefinitions } from "../../../src/shared/settings/setting-definitions.ts";
import { readSettings } from "../../../src/shared/settings.ts";
import {
  createMemoryGate,
  headSha,
  type MemoryGate,
  openedDelivery,
  ref,
  repositoryId,
} from "../../support/memory-gate.ts";

let gate: MemoryGate;
beforeEach(() => {
  gate = createMemoryGate();
});

/** The deployed periods: every setting that has a default is left to it. */
const times = readSettings({
  ...Object.fromEntries(settingDefinitions.map((setting) => [setting.name, "default" in setting ? "" : "1"])),
  ASSAY_REPOSITORIES: "acme/support",
  ASSAY_MODEL_URL: "http://localhost",
});
const heartbeatMs = times.ASSAY_HEARTBEAT_SECONDS * 1000;
const minuteMs = 60_000;

async function gateOf(world: MemoryGate) {
  const pull = await world.ports.store.pulls.get(repositoryId, "pull:3");
  const stored = await world.ports.store.gates.get(repositoryId, pull?.value.gateId ?? "");
  if (!stored) throw new Error("there is no gate");
  return stored.value;
}

/** What the minute timer and the queue `work` do now. */
async function minute(world: MemoryGate): Promise<void> {
  await everyMinute(world.ports);
  for (const { queue, message } of world.sent.splice(0)) {
    if (queue === "work") await perform(message as Parameters<typeof perform>[0], world.ports);
    else world.sent.push({ queue, message });
  }
}

/** A planned gate whose first shard is in the hands of a worker that gave its last sign of life just now. */
async function withDeadWorker(world: MemoryGate): Promise<string> {
  await perform(openedDelivery(world), world.ports);
  world.sent.length = 0;
  const { gateId } = await gateOf(world);
  const [shard] = await world.ports.store.shards.list(repositoryId, `${gateId}:`);
  if (!shard) throw new Error("there is no shard");
  await update(world.ports.store.shards, repositoryId, shardKey(gateId, shard.shardId), (row) => ({
    ...row,
    stage: "running" as const,
    worker: "dead",
    heartbeatAt: world.clock.now().toISOString(),
  }));
  return shard.shardId;
}

describe("what a dead worker leaves", () => {
  test("is taken up within two minutes of the kill, whenever the worker last showed itself and the timer last fired", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: heartbeatMs - 1 }),
        fc.integer({ min: 0, max: minuteMs - 1 }),
        async (sinceBeat, untilTimer) => {
          const world = createMemoryGate();
          world.ports.times.overdueMs = times.ASSAY_OVERDUE_SECONDS * 1000;
          const shardId = await withDeadWorker(world);
          await world.clock.advance(sinceBeat);
          const killed = world.clock.now().getTime();
          await world.clock.advance(untilTimer);
          const again = () =>
            world.sent.some(
              ({ queue, message }) => queue === "shards" && "shardId" in message && message.shardId === shardId,
            );
          while (!again() && world.clock.now().getTime() - killed <= 2 * minuteMs) {
            await minute(world);
            if (!again()) await world.clock.advance(minuteMs);
          }
          expect(world.clock.now().getTime() - killed).toBeLessThanOrEqual(2 * minuteMs);
          await runGateShard({ repositoryId, gateId: (await gateOf(world)).gateId, shardId }, "alive", world.ports);
          const rows = await world.ports.store.shards.list(repositoryId, "");
          expect(rows.find((row) => row.shardId === shardId)).toMatchObject({ stage: "done" });
        },
      ),
      { numRuns: 12 },
    );
  });

  test("is left alone as long as its heartbeat is not overdue, and no second worker takes it", async () => {
    const shardId = await withDeadWorker(gate);
    await gate.clock.advance(45_000);
    await minute(gate);
    expect(gate.sent.filter(({ queue }) => queue === "shards")).not.toContainEqual(
      expect.objectContaining({ message: expect.objectContaining({ shardId }) }),
    );
    await runGateShard({ repositoryId, gateId: (await gateOf(gate)).gateId, shardId }, "other", gate.ports);
    const rows = await gate.ports.store.shards.list(repositoryId, "");
    expect(rows.find((row) => row.shardId === shardId)).toMatchObject({ stage: "running", worker: "dead" });
  });

  test("before it planned is planned by the next sweep, with the check that is there", async () => {
    const { store } = gate.ports;
    await perform(openedDelivery(gate), gate.ports);
    const { gateId } = await gateOf(gate);
    await update(store.gates, repositoryId, gateId, (now) => ({
      ...now,
      stage: "planning" as const,
      leaseUntil: later(30_000),
    }));
    gate.sent.length = 0;
    await minute(gate);
    expect(gate.sent.filter(({ queue }) => queue === "shards")).toEqual([]);
    await gate.clock.advance(30_001);
    await minute(gate);
    expect(gate.sent.filter(({ queue }) => queue === "shards")).not.toEqual([]);
    expect(gate.checks).toHaveLength(1);
  });

  test("between the last shard and the conclusion is concluded by the next sweep", async () => {
    await perform(openedDelivery(gate), gate.ports);
    const { gateId } = await gateOf(gate);
    for (const { message } of gate.sent.splice(0)) {
      if ("shardId" in message) await runGateShard(message as Parameters<typeof runGateShard>[0], "w", gate.ports);
    }
    gate.sent.length = 0;
    await minute(gate);
    expect(gate.sent).toContainEqual({ queue: "conclude", message: { repositoryId, gateId } });
  });

  test("of a delivery is taken up too", async () => {
    const before: Date[] = [];
    gate.ports.deliveries.overdue = async (_, date) => {
      before.push(date);
      return [{ ...ref, deliveryId: "lost", event: "pull_request", wanted: true, receivedAt: "" }];
    };
    await everyMinute(gate.ports);
    expect(gate.sent).toEqual([{ queue: "work", message: { kind: "delivery", repositoryId, deliveryId: "lost" } }]);
    expect(gate.clock.now().getTime() - Number(before[0])).toBe(gate.ports.times.overdueMs);
  });
});

describe("the hourly repair", () => {
  const reconcile = () => perform({ kind: "reconcile", repositoryId }, gate.ports);
  const failRead = () => gate.failing.set("pulls.get", new Error("a pull request was read"));

  test("begins the gate of a head that no webhook told of", async () => {
    await reconcile();
    expect(gate.checks.map(({ headSha: sha, name }) => [sha, name])).toContainEqual([headSha, "assay / gate"]);
  });

  test("reads no pull request again that a gate answers for", async () => {
    await perform(openedDelivery(gate), gate.ports);
    failRead();
    await reconcile();
  });

  test.each(["the head moved", "the base changed", "it was closed before"])("looks again where %s", async (what) => {
    await perform(openedDelivery(gate), gate.ports);
    await update(gate.ports.store.pulls, repositoryId, "pull:3", (row) => ({
      ...row,
      ...(what === "the head moved" ? { headSha: "c".repeat(40) } : {}),
      ...(what === "the base changed" ? { baseRef: "next" } : {}),
      ...(what === "it was closed before" ? { open: false } : {}),
    }));
    failRead();
    await expect(reconcile()).rejects.toThrow("was read");
  });

  test("takes up a gate whose worker died before it was planned", async () => {
    await perform(openedDelivery(gate), gate.ports);
    const { gateId } = await gateOf(gate);
    await update(gate.ports.store.gates, repositoryId, gateId, (now) => ({ ...now, stage: "planning" as const }));
    await gate.ports.store.active.remove(repositoryId, gateId);
    gate.sent.length = 0;
    await reconcile();
    expect(gate.sent.filter(({ queue }) => queue === "shards")).not.toEqual([]);
  });
});

describe("the watchdog", () => {
  const late = 3_600_001;

  test("closes a gate that never got planned", async () => {
    await perform(openedDelivery(gate), gate.ports);
    const { gateId } = await gateOf(gate);
    await update(gate.ports.store.gates, repositoryId, gateId, (now) => ({
      ...now,
      stage: "planning" as const,
      leaseUntil: later(2 * late),
    }));
    await gate.clock.advance(late);
    await minute(gate);
    expect(gate.checks).toMatchObject([
      {
        status: "completed",
        conclusion: "action_required",
        title: expect.stringMatching(/not finish within 60 minutes/),
      },
    ]);
    expect(await gate.ports.store.active.list(repositoryId, "")).toEqual([]);
  });

  test("closes a gate whose shards hang, as not evaluated, and says how many did not finish", async () => {
    await perform(openedDelivery(gate), gate.ports);
    gate.sent.length = 0;
    await gate.clock.advance(late);
    await minute(gate);
    const { gateId } = await gateOf(gate);
    expect(gate.sent).toContainEqual({ queue: "conclude", message: { repositoryId, gateId } });
    await concludeGate({ repositoryId, gateId }, gate.ports);
    expect(gate.checks).toMatchObject([{ status: "completed", conclusion: "action_required" }]);
    expect(gate.comments[0]?.body).toMatch(/shards did not finish/);
  });
});

describe("a head that moved", () => {
  test("ends its gate: the check is cancelled, no shard of it calls, the timers forget it", async () => {
    await perform(openedDelivery(gate), gate.ports);
    const old = await gateOf(gate);
    const shards = gate.sent.splice(0);
    gate.pull.open = false;
    await perform(openedDelivery(gate, "d2"), gate.ports);
    let calls = 0;
    gate.ports.model = async () => ({
      complete: async () => {
        calls++;
        return { kind: "answer", outcome: "completed", output: "ok", latencyMs: 5 };
      },
    });
    for (const { message } of shards) {
      if ("shardId" in message) await runGateShard(message as Parameters<typeof runGateShard>[0], "w", gate.ports);
    }
    expect(calls).toBe(0);
    expect(gate.checks.find((check) => check.headSha === headSha)).toMatchObject({ conclusion: "cancelled" });
    expect((await gate.ports.store.gates.get(repositoryId, old.gateId))?.value.stage).toBe("superseded");
    expect(await gate.ports.store.active.list(repositoryId, "")).toEqual([]);
  });
});

describe("the re-run buttons", () => {
  async function press(
    event: "check_run" | "check_suite",
    checkName?: string,
    appId = 1,
    more: { checkExternalId?: string; sender?: string } = {},
  ): Promise<void> {
    const deliveryId = `press-${gate.deliveries.size}`;
    const pressed = { ...ref, deliveryId, event, action: "rerequested", wanted: true, headSha, appId, receivedAt: "" };
    gate.deliveries.set(deliveryId, { ...pressed, ...more, ...(checkName ? { checkName } : {}) });
    await perform({ kind: "delivery", repositoryId, deliveryId }, gate.ports);
  }

  test.each([
    ["check_run" as const, "assay / gate"],
    ["check_suite" as const, undefined],
  ])("%s: a new gate takes over the check of the same head", async (event, name) => {
    await perform(openedDelivery(gate), gate.ports);
    const old = await gateOf(gate);
    await press(event, name);
    const now = await gateOf(gate);
    expect(now.gateId).not.toBe(old.gateId);
    expect(gate.checks).toMatchObject([{ status: "in_progress", externalId: now.gateId }]);
  });

  test("of a check of releases asks for its release again, by whom, and for no gate", async () => {
    await perform(openedDelivery(gate), gate.ports);
    const old = await gateOf(gate);
    const asked: unknown[] = [];
    gate.ports.releases.rerequested = async (_ref, ...more) => void asked.push(more);
    const { checks } = await gate.ports.open(ref);
    for (const externalId of ["promote-chat-0123456789ab", "promote-other-0123456789ab"])
      await checks.create({
        name: "assay / release",
        headSha,
        externalId,
        status: "completed",
        title: "",
        summary: "",
      });
    await press("check_run", "assay / release", 1, { checkExternalId: "promote-chat-0123456789ab", sender: "ada" });
    expect(asked).toEqual([[headSha, "promote-chat-0123456789ab", "ada"]]);
    expect((await gateOf(gate)).gateId).toBe(old.gateId);
    await press("check_run", "assay / release", 1, { checkExternalId: "promote-unknown" });
    await press("check_run", "assay / release", 2, { checkExternalId: "promote-chat-0123456789ab" });
    expect(asked).toHaveLength(1);
    await press("check_suite");
    expect(asked).toHaveLength(3);
  });

  test.each([
    ["another app's button", "assay / gate", 2],
    ["a check that is not ours", "lint", 1],
  ])("%s does nothing", async (_, name, appId) => {
    await perform(openedDelivery(gate), gate.ports);
    const old = await gateOf(gate);
    await press("check_run", name, appId);
    expect((await gateOf(gate)).gateId).toBe(old.gateId);
  });
});

function later(ms: number): string {
  return new Date(gate.clock.now().getTime() + ms).toISOString();
}
