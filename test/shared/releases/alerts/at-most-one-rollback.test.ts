import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Clock } from "../../../../src/shared/clock.ts";
import { handleAlert } from "../../../../src/shared/releases/alerts/handle-alert.ts";
import type { ObserveRequest } from "../../../../src/shared/releases/alerts/incident.ts";
import { receiveAlert } from "../../../../src/shared/releases/alerts/receive-alert.ts";
import { servedTargets } from "../../../../src/shared/releases/alerts/served-targets.ts";
import { defaultStageTimes } from "../../../../src/shared/releases/operation.ts";
import { performOperation } from "../../../../src/shared/releases/perform-operation.ts";
import type { ReleaseState } from "../../../../src/shared/releases/release-state.ts";
import type { Pointer, TargetPort } from "../../../../src/shared/releases/target-port.ts";
import { samePointer } from "../../../../src/shared/releases/target-port.ts";
import { watchRelease } from "../../../../src/shared/releases/watch/watch-release.ts";
import { WatchRules } from "../../../../src/shared/repository/watch-rules.ts";
import { createAlertStore } from "../../../../src/shared/storage/alert-store.ts";
import { createIncidentStore } from "../../../../src/shared/storage/incident-store.ts";
import { createReleaseStore } from "../../../../src/shared/storage/release-store.ts";
import { reportRows, testWithData } from "../../../support/data.ts";
import { createMemoryLog } from "../../../support/log.ts";
import { createMemoryTables } from "../../../support/memory-tables.ts";

const repositoryId = 7;
const start = Date.parse("2026-11-20T10:15:30.000Z");
const minuteMs = 60_000;
/** Waits pass at once; what would wait for a heartbeat waits for its end. */
let now = start;
const clock: Clock = {
  now: () => new Date(now),
  sleep: (ms, signal) =>
    ms < 5000
      ? Promise.resolve()
      : new Promise((_, reject) => signal?.addEventListener("abort", () => reject(signal.reason))),
};
const model = { format: "OpenAI", name: "gpt-4.1", version: "2025-04-14" };
const on = (alias: string, n: number): Pointer => ({ kind: "deployment", deployment: `${alias}--v${n}`, model });
const rules = [{ id: "outage", metric: "errorRatio", against: "absolute", above: 0.5, critical: true }];

/**
 * The whole way from an action group's POST to the flip, over the real stores: every target serves the third of three
 * releases, and every arm fails whatever it serves. Messages are delivered as the test says.
 */
async function createWorld(aliases: readonly string[]) {
  now = start;
  const tables = createMemoryTables();
  const releases = createReleaseStore(tables);
  const [alerts, incidents] = [createAlertStore(tables, clock), createIncidentStore(tables)];
  const serves = new Map<string, Pointer>();
  const flips: string[] = [];
  for (const alias of aliases) {
    for (const n of [1, 2, 3]) await releases.addRelease(releaseOf(alias, n));
    await releases.mark(repositoryId, `deployment:${alias}`, (known) => ({ ...known, current: `${alias}-3` }));
    serves.set(alias, on(alias, 3));
  }
  const port: TargetPort = {
    read: async ({ alias }) => serves.get(alias),
    async flip({ alias }, to, expected) {
      const found = serves.get(alias);
      if (samePointer(found, to)) return { kind: "done", pointer: to };
      if (!samePointer(found, expected)) return { kind: "conflict", found, reason: "changed" };
      flips.push(alias);
      serves.set(alias, to);
      return { kind: "done", pointer: to };
    },
    probe: async () => ({ kind: "answered", served: "it", asExpected: true, latencyMs: 1 }),
  };
  const log = createMemoryLog();
  const messages: (() => Promise<unknown>)[] = [];
  const common = { releases, clock, log, stageTimes: defaultStageTimes, tells: [] };
  const performing = (operationId: string) => () =>
    performOperation(
      { repositoryId, operationId },
      {
        ...common,
        targets: async () => ({ agent: port, deployment: port, inPlace: port, route: port, prompt: port }),
        later: async (operation) => void messages.push(performing(operation.operationId)),
        overdueMs: 60_000,
      },
    );
  const watching = (asked: { releaseId: string; incident?: string; episode?: number }) => () =>
    watchRelease(
      { repositoryId, ...asked },
      {
        ...{ ...common, incidents, keep: async () => {} },
        enqueue: async ({ operationId }) => void messages.push(performing(operationId)),
        costOf: () => undefined,
        telemetryOf: () => ({ account: "account" }),
        telemetry: { windows: async ({ arms: [arm = ""] }, from, to) => failing(arm, from, to) },
        baselines: { read: async () => undefined, write: async () => {} },
      },
    );
  const handling = (key: string) => () =>
    handleAlert(key, {
      ...{ alerts, incidents, clock, log },
      served: async () => servedTargets(await releases.releases(repositoryId), await releases.targets(repositoryId)),
      observe: async ({ release: releaseId, incident, episode }: ObserveRequest) =>
        void messages.push(watching({ releaseId, incident, episode })),
      enqueue: async (own) => void messages.push(handling(own)),
    });
  const post = (payload: unknown) =>
    receiveAlert(
      { header: () => null, body: async () => Buffer.from(JSON.stringify(payload)) },
      {
        principals: {
          of: async () => ({ tenant: "t", caller: "monitor", subject: "s", roles: ["ActionGroupsSecureWebhook"] }),
        },
        ...{ allowedCaller: "monitor", alerts, clock, log, keepPayload: async () => {} },
        enqueue: async (key) => void messages.push(handling(key)),
      },
    );
  return {
    releases,
    flips,
    messages,
    post,
    minute: (alias: string) => messages.push(watching({ releaseId: `${alias}-3` })),
  };
}

function releaseOf(alias: string, n: number): ReleaseState {
  const promotedAt = `2026-11-20T0${n + 6}:50:00.000Z`;
  return {
    ...{
      repositoryId,
      repository: "acme/ai",
      releaseId: `${alias}-${n}`,
      name: alias,
      stage: "prod",
      digest: "d",
      commit: "c",
    },
    ...{ owner: "ada", atomic: false, standbyHours: 24, createdAt: promotedAt, promotedAt },
    watch: WatchRules.parse({ mode: "act", minutes: 10, rules }),
    ...{ status: n === 3 ? "watching" : "verified", pointers: { [`deployment:${alias}`]: on(alias, n) } },
    ...{ brought: [`${alias}-${n}`], before: n === 1 ? {} : { [`deployment:${alias}`]: `${alias}-${n - 1}` } },
  };
}

async function failing(arm: string, from: Date, to: Date) {
  const at = (minute: number) => new Date(from.getTime() + minute * 60_000).toISOString();
  const length = Math.floor((to.getTime() - from.getTime()) / 60_000);
  const one = (_: unknown, i: number) => ({ arm, from: at(i), to: at(i + 1), requests: 100, failed: 90 });
  return { windows: Array.from({ length }, one), unread: [] };
}

const payloadOf = (of: { id: string; arm: string; ago: number; condition: string; rule?: string }) => ({
  schemaId: "azureMonitorCommonAlertSchema",
  data: {
    essentials: {
      ...{
        alertId: `/alerts/${of.id}`,
        alertRule: of.rule ?? "availability",
        severity: "Sev1",
        monitoringService: "Platform",
      },
      ...{ monitorCondition: of.condition, firedDateTime: new Date(now - of.ago * minuteMs).toISOString() },
    },
    alertContext: {
      conditionType: "SingleResourceMultipleMetricCriteria",
      condition: { allOf: [{ metricName: "m", dimensions: [{ name: "ModelDeploymentName", value: of.arm }] }] },
    },
    customProperties: { policy: "assay" },
  },
});

const aliases = ["chat", "search"];
const alert = fc
  .record({
    n: fc.integer({ min: 0, max: 3 }),
    alias: fc.constantFrom(...aliases),
    // The way back may suffer as well; once it serves, it is blamed like any other.
    version: fc.constantFrom(2, 3, 3, 3, 3),
    /** Minutes since it fired; ten are stale. */
    ago: fc.integer({ min: 1, max: 10 }),
    condition: fc.constantFrom("Fired", "Fired", "Resolved"),
  })
  .map(({ n, alias, version, ...rest }) => ({ id: `${alias}-${version}-${n}`, arm: `${alias}--v${version}`, ...rest }));
/** Any alerts, each as often as one likes, in any order. */
const arrivals = fc
  .array(alert, { minLength: 1, maxLength: 8 })
  .chain((alerts) => fc.shuffledSubarray([...alerts, ...alerts, ...alerts], { minLength: alerts.length }));
/** Whether a message is delivered twice, how many are handled at once, and whether the minute's look comes between. */
const deliveries = fc.record({
  twice: fc.array(fc.boolean(), { minLength: 1, maxLength: 7 }),
  atOnce: fc.integer({ min: 1, max: 4 }),
  /** Minutes that pass before each arrival. */
  pauses: fc.array(fc.constantFrom(0, 0, 1, 12), { minLength: 1, maxLength: 5 }),
  /** Rounds of handling between two arrivals; many let a rollback end before the next alert comes. */
  rounds: fc.array(fc.constantFrom(0, 1, 2, 100), { minLength: 1, maxLength: 5 }),
  minuteAfter: fc.option(fc.nat(10)),
});

test("any permutation and duplication of fired and resolved alerts gives at most one rollback of a target", async () => {
  const seen = { flipped: 0, done: 0, held: 0 };
  await fc.assert(
    fc.asyncProperty(arrivals, deliveries, async (payloads, { twice, atOnce, rounds, pauses, minuteAfter }) => {
      const world = await createWorld(aliases);
      let n = 0;
      const drain = async (most: number) => {
        for (let round = 0; round < most && world.messages.length > 0; round++) {
          const taken = world.messages.splice(0, atOnce);
          await Promise.all(
            taken.flatMap((message) => (twice[n++ % twice.length] ? [message(), message()] : [message()])),
          );
        }
      };
      for (const [index, one] of payloads.entries()) {
        now += (pauses[index % pauses.length] ?? 0) * minuteMs;
        expect(await world.post(payloadOf(one))).toMatchObject({ status: 202 });
        if (index === minuteAfter) for (const alias of aliases) world.minute(alias);
        await drain(rounds[index % rounds.length] ?? 0);
      }
      await drain(Number.POSITIVE_INFINITY);
      expect(world.messages).toHaveLength(0);
      for (const alias of aliases) {
        expect(world.flips.filter((own) => own === alias).length, `flips of ${alias}`).toBeLessThanOrEqual(1);
        const first = await world.releases.operation(repositoryId, `rollback-${alias}-3`);
        const second = await world.releases.operation(repositoryId, `rollback-${alias}-2`);
        // The release that was gone back to suffers too: a person is asked, nothing is flipped by itself.
        expect([undefined, "held"]).toContain(second?.operation.stage);
        // A message that came too late asks a person, too.
        const isDone = first?.operation.outcome === "rolledBack";
        if (!isDone) expect([undefined, "held"]).toContain(first?.operation.stage);
        seen.done += isDone ? 1 : 0;
        seen.held += second ? 1 : 0;
      }
      seen.flipped += world.flips.length;
    }),
    { numRuns: 120, seed: 11 },
  );
  // It would not be worth much if hardly anything were rolled back, or never asked twice.
  expect(seen.flipped).toBe(seen.done);
  expect(seen.flipped).toBeGreaterThan(80);
  expect(seen.held).toBeGreaterThan(5);
});

test("a test payload never acts, and the real alert beside it does", async () => {
  const world = await createWorld(aliases);
  const tested = payloadOf({ id: "Test_Alert", arm: "chat--v3", ago: 1, condition: "Fired" });
  const named = payloadOf({ id: "9", arm: "chat--v3", ago: 1, condition: "Fired", rule: "test-rule" });
  for (const payload of [tested, named, tested])
    expect(await world.post(payload)).toMatchObject({
      status: 202,
      body: { outcome: expect.stringMatching(/recorded|duplicate/) },
    });
  expect([world.messages.length, world.flips]).toEqual([0, []]);
  await world.post(payloadOf({ id: "10", arm: "search--v3", ago: 1, condition: "Fired" }));
  while (world.messages.length > 0) await world.messages.shift()?.();
  expect(world.flips).toEqual(["search"]);
});

testWithData(
  "none of the payloads of data/alerts acts on a release that it does not name",
  "alerts",
  async (folder) => {
    const world = await createWorld(["chat"]);
    const files = readdirSync(folder).filter((file) => file.endsWith(".json"));
    reportRows("alerts (posted)", files.length, 0);
    const told: string[] = [];
    for (const file of files) {
      const { status, body } = await world.post(JSON.parse(readFileSync(path.join(folder, file), "utf8")));
      expect(status, file).toBe(202);
      if ("outcome" in body && body.outcome === "enqueued") told.push(file);
    }
    while (world.messages.length > 0) await world.messages.shift()?.();
    // What is neither a test nor unknown is looked at; its deployment, chat--v42, is no release's.
    expect(told).toEqual([
      "syn-foundry-metric-fired.json",
      "syn-foundry-metric-resolved.json",
      "syn-genai-log-v2-fired.json",
    ]);
    expect(world.flips).toEqual([]);
  },
);
