import { beforeAll, expect, test } from "vitest";
import type { Incident } from "../../../../src/shared/releases/alerts/incident.ts";
import { defaultStageTimes, type Operation } from "../../../../src/shared/releases/operation.ts";
import type { ReleaseState } from "../../../../src/shared/releases/release-state.ts";
import type { ReleaseStore } from "../../../../src/shared/releases/release-store.ts";
import type { Pointer } from "../../../../src/shared/releases/target-port.ts";
import type { ArmWindow } from "../../../../src/shared/releases/watch/arm-window.ts";
import type { TelemetryTarget } from "../../../../src/shared/releases/watch/telemetry.ts";
import { type WatchPorts, watchRelease } from "../../../../src/shared/releases/watch/watch-release.ts";
import { WatchRules } from "../../../../src/shared/repository/watch-rules.ts";
import { createReleaseStore } from "../../../../src/shared/storage/release-store.ts";
import { createTables } from "../../../../src/shared/storage/tables.ts";
import { sharedAzurite } from "../../../support/azurite.ts";
import { createMemoryLog } from "../../../support/log.ts";
import { createManualClock } from "../../../support/manual-clock.ts";

let store: ReleaseStore;
let repositories = Math.floor(Math.random() * 1e9);
beforeAll(async () => {
  store = createReleaseStore(createTables({ kind: "connectionString", connectionString: await sharedAzurite() }));
});

const rules = [{ id: "outage", metric: "errorRatio", against: "absolute", above: 0.5, critical: true }];
const model = { format: "OpenAI", name: "gpt-4.1", version: "2025-04-14" };

interface Given {
  kinds?: Kind[];
  /** Failed calls a minute by digest, of those that spans tell of. */
  documents?: Record<string, number>;
  watched?: object[];
  /** How many times the tokens of before the new version needs. */
  cost?: number;
}
type Kind = "deployment" | "prompt" | "route";

function pointer(kind: Kind, n: number): Pointer {
  if (kind === "deployment") return { kind, deployment: `chat--v${n}`, model };
  const digest = `${kind} ${n}`;
  return kind === "prompt" ? { kind, digest } : { kind, digest, path: "routing/chat.yaml", commit: "c" };
}

/** A release that was promoted 30 minutes ago over one that was verified, and what is told of its arm. */
async function world(
  failed: number | undefined,
  { kinds = ["deployment"], documents = {}, watched = rules, cost = 1 }: Given = {},
) {
  const repositoryId = ++repositories;
  const clock = createManualClock("2026-11-20T10:30:30.000Z");
  const common = {
    ...{ repositoryId, repository: "acme/ai", name: "chat", stage: "prod" as const, digest: "d", commit: "c" },
    ...{ owner: "ada", atomic: false, standbyHours: 24, createdAt: "2026-11-20T09:00:00.000Z" },
    watch: WatchRules.parse({ mode: "act", minutes: 10, rules: watched }),
  };
  const on = (n: number) => Object.fromEntries(kinds.map((kind) => [`${kind}:chat`, pointer(kind, n)]));
  const older: ReleaseState = {
    ...common,
    releaseId: "r1",
    status: "verified",
    pointers: on(1),
    brought: [],
    before: {},
  };
  const own: ReleaseState = {
    ...{ ...common, releaseId: "r2", status: "watching", pointers: on(2), brought: ["new"] },
    before: Object.fromEntries(kinds.map((kind) => [`${kind}:chat`, "r1"])),
    ...{ promotedAt: "2026-11-20T10:00:10.000Z" },
  };
  await store.addRelease(older);
  await store.addRelease(own);
  for (const kind of kinds) await store.mark(repositoryId, `${kind}:chat`, (known) => ({ ...known, current: "r2" }));
  const read: TelemetryTarget[] = [];
  const sent: Operation[] = [];
  const incidents = new Map<string, Incident>();
  const stored = (value: Incident) => ({ value, version: value });
  const ports: WatchPorts = {
    ...{ releases: store, stageTimes: defaultStageTimes, tells: [], clock, log: createMemoryLog() },
    enqueue: async (operation) => void sent.push(operation),
    incidents: {
      get: async (id) => incidents.get(id) && stored(incidents.get(id) as Incident),
      open: async () => [...incidents.values()].map(stored),
    },
    telemetryOf: () => ({ account: "account", workspace: "workspace" }),
    costOf: (model, { input, output }) => (model === "gpt-4.1@2025-04-14" ? 2000 * input + 8000 * output : undefined),
    telemetry: {
      windows: async (of, from, to) => {
        read.push(of);
        const [arm = ""] = of.arms;
        const windows = minutes(arm, from, to, of.document ? documents[arm] : failed);
        const input = 100_000 * (arm === "chat--v2" ? cost : 1);
        const costNanoUsd = of.costOf?.(arm, { input, output: 0 });
        return { windows: windows.map((one) => ({ ...one, ...(costNanoUsd ? { costNanoUsd } : {}) })), unread: [] };
      },
    },
    baselines: { read: async () => undefined, write: async () => {} },
    keep: async () => {},
  };
  const incident = (cause: Incident["cause"]): Incident => ({
    ...{ id: "i", repositoryId, target: "chat", release: "r2", state: "open", cause, episode: 1, actingEpisode: 1 },
    ...{ firedAt: "2026-11-20T10:20:00.000Z", firing: ["a"] },
  });
  return { ports, read, sent, clock, incidents, incident, asked: { repositoryId, releaseId: "r2" } };
}

function minutes(arm: string, from: Date, to: Date, failed: number | undefined): ArmWindow[] {
  const count = (to.getTime() - from.getTime()) / 60_000;
  return Array.from({ length: count }, (_, i) => {
    const [start, end] = [i, i + 1].map((n) => new Date(from.getTime() + n * 60_000).toISOString());
    const told = failed === undefined ? {} : { requests: 100, failed };
    return { arm, from: start ?? "", to: end ?? "", ...told };
  });
}

test("a breach is taken back once, however often it is looked at", async () => {
  const { ports, sent, asked } = await world(90);
  const first = await watchRelease(asked, ports);
  expect(first).toMatchObject({ outcome: "rollback-r2 was asked for", targets: { "deployment:chat": { act: true } } });
  await watchRelease(asked, ports);
  expect(sent).toMatchObject([{ operationId: "rollback-r2", automatic: true, cause: { kind: "watch" } }]);
  expect((await store.release(asked.repositoryId, "r2"))?.breachedAt).toBeDefined();
});

test("a watch that only observes says on the release's row what it saw, and that nothing followed", async () => {
  const { ports, sent, asked } = await world(90);
  await store.changeRelease(asked.repositoryId, "r2", (row) => ({ ...row, watch: { ...row.watch, mode: "observe" } }));
  const outcome = "not taken back: the release's watch only observes";
  expect((await watchRelease(asked, ports))?.outcome).toBe(outcome);
  expect([sent, await store.open(asked.repositoryId)]).toEqual([[], []]);
  const { breach } = (await store.release(asked.repositoryId, "r2")) ?? {};
  expect(breach).toMatch(
    /^outage: errorRatio against its bound: .* newest 0\.9, up to 0\.5 is no breach: not taken back/,
  );
});

test("what the platform suffers takes nothing back: a person is asked, once", async () => {
  const of = async (change: Partial<Incident>, asking: object = {}) => {
    const { ports, sent, asked, incidents, incident } = await world(90);
    incidents.set("i", { ...incident("release"), ...change });
    const outcomes: (string | undefined)[] = [];
    for (const _ of [1, 2]) outcomes.push((await watchRelease({ ...asked, ...asking }, ports))?.outcome);
    expect(sent).toEqual([]);
    expect(await store.open(asked.repositoryId)).toEqual(["rollback-r2"]);
    return outcomes;
  };
  const waits = expect.stringMatching(/^rollback-r2 waits for a person: the platform is the cause/);
  expect(await of({ cause: "platform" })).toEqual([waits, waits]);
  expect(await of({ cause: "platform" }, { incident: "i", episode: 1 })).toEqual([waits, waits]);
  const wayBack = expect.stringContaining("the way back of chat suffers too");
  expect(await of({ cause: "platform", release: "" })).toEqual([wayBack, wayBack]);
});

test("an episode that may not act takes nothing back, one that may does", async () => {
  const { ports, sent, asked, incidents, incident } = await world(90);
  incidents.set("i", incident("release"));
  expect((await watchRelease({ ...asked, incident: "i", episode: 2 }, ports))?.outcome).toContain("has asked already");
  expect(sent).toEqual([]);
  await watchRelease({ ...asked, incident: "i", episode: 1 }, ports);
  expect(sent).toMatchObject([{ cause: { kind: "alert", firedAt: "2026-11-20T10:20:00.000Z" } }]);
});

test("a quiet watch with evidence of health is verified; one without keeps watching, and says so after a day", async () => {
  const healthy = await world(0);
  expect((await watchRelease(healthy.asked, healthy.ports))?.outcome).toBe("verified");
  expect(await store.release(healthy.asked.repositoryId, "r2")).toMatchObject({ status: "verified" });
  const silent = await world(undefined);
  expect((await watchRelease(silent.asked, silent.ports))?.outcome).toContain("no evidence of health");
  await silent.clock.advance(24 * 3_600_000);
  expect(await watchRelease(silent.asked, silent.ports)).toBeUndefined();
  const row = await store.release(silent.asked.repositoryId, "r2");
  expect(row).toMatchObject({ status: "watching", reason: expect.stringContaining("without evidence of health") });
});

test("a watch that lasts a whole day is verified at its end", async () => {
  const { ports, clock, asked } = await world(0);
  await store.changeRelease(asked.repositoryId, "r2", (row) => ({ ...row, watch: { ...row.watch, minutes: 1440 } }));
  await clock.advance(23 * 3_600_000);
  expect((await watchRelease(asked, ports))?.outcome).toContain("watched until 2026-11-21T10:00:10");
  await clock.advance(30.5 * 60_000);
  expect((await watchRelease(asked, ports))?.outcome).toBe("verified");
});

test("a paused target is watched, and nothing happens to it by itself", async () => {
  const { ports, sent, asked } = await world(90);
  const paused = { until: "2026-11-20T12:00:00.000Z", why: "a load test", by: "mona" };
  await store.mark(asked.repositoryId, "deployment:chat", (known) => ({ ...known, paused }));
  expect((await watchRelease(asked, ports))?.outcome).toContain("is paused until");
  expect(sent).toEqual([]);
});

test("a release that was replaced is not looked at", async () => {
  const { ports, asked } = await world(90);
  await store.mark(asked.repositoryId, "deployment:chat", (known) => ({ ...known, current: "r3" }));
  expect(await watchRelease(asked, ports)).toBeUndefined();
});

test("what a request costs is told by the model's price, of the release's arm and of what served before", async () => {
  const watched = [{ id: "dearer", metric: "costNanoUsdPerRequest", against: "sameHour", ratio: 1.5 }];
  const { ports, asked, sent } = await world(0, { watched, cost: 3 });
  const seen = await watchRelease(asked, ports);
  expect(seen?.targets["deployment:chat"]).toMatchObject({ act: true, overall: "degraded" });
  expect(sent).toMatchObject([{ operationId: "rollback-r2", cause: { reason: expect.stringContaining("dearer") } }]);
  const same = await world(0, { watched });
  expect((await watchRelease(same.asked, same.ports))?.targets["deployment:chat"]).toMatchObject({ act: false });
});

test("at the same hour of the day before another release may have served: its arm counts, as far back as a day", async () => {
  const { ports, read, asked } = await world(0);
  const { repositoryId } = asked;
  const known = await store.release(repositoryId, "r1");
  const past = (n: number, releaseId: string, promotedAt: string, before: string): ReleaseState => ({
    ...(known as ReleaseState),
    ...{ releaseId, promotedAt, pointers: { "deployment:chat": pointer("deployment", n) } },
    before: { "deployment:chat": before },
  });
  await store.addRelease(past(8, "r-1", "2026-11-18T12:00:00.000Z", "r-2"));
  await store.addRelease(past(9, "r0", "2026-11-20T03:00:00.000Z", "r-1"));
  await store.addRelease(past(7, "r-2", "2026-11-17T12:00:00.000Z", "r-3"));
  await store.changeRelease(repositoryId, "r1", () => past(1, "r1", "2026-11-20T08:00:00.000Z", "r0"));
  await watchRelease(asked, ports);
  expect(read.map(({ arms }) => arms)).toContainEqual(["chat--v1", "chat--v9", "chat--v8"]);
});

test("a release of a prompt or a route alone is watched by the spans that name its digest", async () => {
  for (const kind of ["prompt", "route"] as const) {
    const bad = await world(undefined, { kinds: [kind], documents: { [`${kind} 2`]: 90, [`${kind} 1`]: 1 } });
    expect((await watchRelease(bad.asked, bad.ports))?.outcome).toBe("rollback-r2 was asked for");
    // No platform metric knows a document, and no price is known of it.
    expect(bad.read[0]).toMatchObject({
      workspace: "workspace",
      document: { kind, name: "chat" },
      arms: [`${kind} 2`, `${kind} 1`],
    });
    expect(bad.read[0]).not.toHaveProperty("account");
    expect(bad.read[1]).toMatchObject({ arms: [`${kind} 1`] });
    const good = await world(undefined, { kinds: [kind], documents: { [`${kind} 2`]: 0, [`${kind} 1`]: 0 } });
    expect((await watchRelease(good.asked, good.ports))?.outcome).toBe("verified");
    const silent = await world(undefined, { kinds: [kind] });
    expect((await watchRelease(silent.asked, silent.ports))?.outcome).toContain("no evidence of health");
  }
});

test("beside a deployment, a document that no span names neither helps nor hinders; one that spans name counts", async () => {
  const kinds: Kind[] = ["deployment", "prompt"];
  const untold = await world(0, { kinds });
  const seen = await watchRelease(untold.asked, untold.ports);
  expect([seen?.outcome, Object.keys(seen?.targets ?? {})]).toEqual(["verified", ["deployment:chat"]]);
  const bad = await world(0, { kinds, documents: { "prompt 2": 90 } });
  expect((await watchRelease(bad.asked, bad.ports))?.outcome).toBe("rollback-r2 was asked for");
  // It was told before the flip, and is told no more: that is no evidence of health.
  const gone = await world(0, { kinds, documents: { "prompt 1": 0 } });
  expect((await watchRelease(gone.asked, gone.ports))?.outcome).toContain("no evidence of health");
});
