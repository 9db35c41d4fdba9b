import { beforeAll, describe, expect, test } from "vitest";
import { type Clock, systemClock } from "../../../src/shared/clock.ts";
import { decideRollback } from "../../../src/shared/releases/decide-rollback.ts";
import { defaultStageTimes, type Operation } from "../../../src/shared/releases/operation.ts";
import { type OperationPorts, performOperation } from "../../../src/shared/releases/perform-operation.ts";
import type { ReleaseState } from "../../../src/shared/releases/release-state.ts";
import type { ReleaseStore } from "../../../src/shared/releases/release-store.ts";
import {
  type Pointer,
  samePointer,
  type TargetPort,
  type TargetPorts,
} from "../../../src/shared/releases/target-port.ts";
import { createReleaseStore } from "../../../src/shared/storage/release-store.ts";
import { createTables, type Tables } from "../../../src/shared/storage/tables.ts";
import { sharedAzurite } from "../../support/azurite.ts";
import { createMemoryLog } from "../../support/log.ts";

let store: ReleaseStore;
beforeAll(async () => {
  store = createReleaseStore(createTables({ kind: "connectionString", connectionString: await sharedAzurite() }));
});

const prompt = (digest: string): Pointer => ({ kind: "prompt", digest });
let repositories = Math.floor(Math.random() * 1e9);

function release(repositoryId: number, releaseId: string): ReleaseState {
  return {
    ...{ releaseId, repositoryId, repository: "acme/ai", name: "support", stage: "prod", digest: "d", commit: "c" },
    ...{
      owner: "@acme/ai",
      watch: { mode: "act", minutes: 60, minimumSamples: 20, windows: { needed: 2, of: 3 }, rules: [] },
    },
    ...{ status: "promoting", pointers: {}, brought: [`digest-of-${releaseId}`], before: {}, atomic: false },
    ...{ standbyHours: 24, createdAt: "2026-01-01T00:00:00Z" },
  };
}

function operation(repositoryId: number, change: Partial<Operation> = {}): Operation {
  return {
    ...{ operationId: "rollback-r2", repositoryId, repository: "acme/ai", kind: "rollback", releaseId: "r2" },
    ...{
      destination: 0,
      automatic: true,
      cause: { kind: "watch", reason: "errors" },
      epoch: 0,
      links: {},
      timeline: [],
    },
    destinations: [
      { releaseId: "r1", releases: { "prompt:support": "r1" }, pointers: { "prompt:support": prompt("old") } },
    ],
    stage: "claiming",
    ...{ deadline: new Date(Date.now() + 60_000).toISOString(), createdAt: new Date().toISOString() },
    steps: [
      { target: { id: "s", kind: "prompt", alias: "support" }, from: prompt("new"), state: "waiting", attempts: 0 },
    ],
    untold: ["issue"],
    ...change,
  };
}

/** Short waits pass at once; a heartbeat's period never ends. */
function quickClock(): Clock {
  let now = Date.now();
  return {
    now: () => new Date(now),
    sleep: (ms, signal) => {
      if (ms >= 5000) return new Promise((_, reject) => signal?.addEventListener("abort", () => reject(signal.reason)));
      now += ms;
      return Promise.resolve();
    },
  };
}

/** A worker over one target in memory, whose writes are counted. */
function worker(serves: Pointer, overdueMs = 60_000) {
  let world = serves;
  const writes: Pointer[] = [];
  const told: string[] = [];
  const port: TargetPort = {
    read: async () => world,
    async flip(_target, to, expected) {
      if (!samePointer(world, expected)) return { kind: "conflict", found: world, reason: "changed" };
      writes.push(to);
      world = to;
      return { kind: "done", pointer: to };
    },
    probe: async (_target, pointer) => {
      const served = pointer.kind === "prompt" ? pointer.digest : "";
      return { kind: "answered", served, asExpected: true, latencyMs: 1 };
    },
  };
  const targets: TargetPorts = { agent: port, deployment: port, inPlace: port, route: port, prompt: port };
  const later: number[] = [];
  const ports: OperationPorts = {
    releases: store,
    targets: async () => targets,
    smoke: async () => ({ verdict: "pass", reason: "3 of 3 cases" }),
    tell: async (part) => {
      told.push(part);
      return { link: `https://example.test/${part}` };
    },
    later: async (_operation, waitMs) => void later.push(waitMs),
    stageTimes: { ...defaultStageTimes, againMs: 10 },
    overdueMs,
    clock: systemClock,
    log: createMemoryLog(),
  };
  return { ports, writes, told, later, port, serves: () => world };
}

test("a timer that looks between the writes that begin an operation does not lose it: what dies then is taken up", async () => {
  const repositoryId = repositories++;
  const tables = createTables({ kind: "connectionString", connectionString: await sharedAzurite() });
  const timer = () => store.open(repositoryId);
  const watched: Tables = {
    table(name) {
      const table = tables.table(name);
      return {
        ...table,
        insert: (...row) => timer().then(() => table.insert(...row)),
        transaction: (...changes) => timer().then(() => table.transaction(...changes)),
      };
    },
  };
  const own = operation(repositoryId);
  expect(await createReleaseStore(watched).begin(own)).toBe(true);
  expect(await store.open(repositoryId)).toEqual([own.operationId]);
  expect(await store.begin(own)).toBe(false);
});

describe("a rollback", () => {
  test("from a laptop leaves telling to the app, which has its whole time for it however late it comes", async () => {
    const repositoryId = repositories++;
    await store.addRelease({ ...release(repositoryId, "r1"), status: "verified" });
    await store.addRelease({ ...release(repositoryId, "r2"), status: "watching" });
    const { ports, writes, told } = worker(prompt("new"));
    const { tell: _, ...laptop } = ports;
    await store.begin(
      operation(repositoryId, { automatic: false, cause: { kind: "direct", by: "ada", reason: "down" } }),
    );
    const id = { repositoryId, operationId: "rollback-r2" };
    const left = await performOperation(id, laptop);
    expect(left).toMatchObject({ stage: "telling", outcome: "rolledBack", leftToApp: true });
    expect(left?.leaseUntil).toBeUndefined();
    expect(await store.target(repositoryId, "prompt:support")).toMatchObject({ current: "r1" });
    const nextWeek = new Date(Date.now() + 7 * 24 * 3_600_000);
    const adopted = await performOperation(id, { ...ports, clock: { ...quickClock(), now: () => nextWeek } });
    expect(adopted).toMatchObject({ stage: "closed", links: { issue: "https://example.test/issue" } });
    expect(adopted?.timeline.map(({ what }) => what)).toContain("the app takes it over, and tells of it");
    expect({ writes, told }).toEqual({ writes: [prompt("old")], told: ["issue"] });
  });

  test("is carried out, settled in one transaction, and told; its digest is quarantined", async () => {
    const repositoryId = repositories++;
    await store.addRelease({ ...release(repositoryId, "r1"), status: "verified" });
    await store.addRelease({ ...release(repositoryId, "r2"), status: "watching" });
    const { ports, writes, told } = worker(prompt("new"));
    expect(await store.begin(operation(repositoryId))).toBe(true);
    expect(await store.begin(operation(repositoryId))).toBe(false);
    expect(await store.open(repositoryId)).toEqual(["rollback-r2"]);
    const done = await performOperation({ repositoryId, operationId: "rollback-r2" }, ports);
    expect(done).toMatchObject({
      stage: "closed",
      outcome: "rolledBack",
      links: { issue: "https://example.test/issue" },
    });
    expect({ writes, told }).toEqual({ writes: [prompt("old")], told: ["issue"] });
    expect(await store.release(repositoryId, "r2")).toMatchObject({ status: "rolledBack", reason: "errors" });
    const target = await store.target(repositoryId, "prompt:support");
    expect(target).toMatchObject({ current: "r1", epoch: 1, cooldownUntil: expect.any(String) });
    expect(target?.activeOperation).toBeUndefined();
    expect(target?.lastAutomaticAt).toBeDefined();
    expect(await store.quarantined(repositoryId)).toMatchObject([{ digest: "digest-of-r2", releaseId: "r2" }]);
    expect(await store.open(repositoryId)).toEqual([]);
    expect(await performOperation({ repositoryId, operationId: "rollback-r2" }, ports)).toMatchObject({
      stage: "closed",
    });
    expect(writes).toHaveLength(1);
  });

  test.each([
    [
      "left behind for longer than its stage may take: the time in which nobody had it is not the target's",
      60,
      "rolledBack",
    ],
    ["whose workers die again and again: it ends all the same", 3 * 60, undefined],
  ])("%s", async (_, minutesOld, outcome) => {
    const repositoryId = repositories++;
    await store.addRelease({ ...release(repositoryId, "r1"), status: "verified" });
    await store.addRelease({ ...release(repositoryId, "r2"), status: "watching" });
    const ago = (seconds: number) => new Date(Date.now() - seconds * 1000).toISOString();
    const own = operation(repositoryId, { createdAt: ago(minutesOld * 60) });
    await store.claim(own);
    // Its worker died eight seconds before a preflight of twenty would have been too long.
    await store.begin({ ...own, stage: "preflight", deadline: ago(50), leaseUntil: ago(28) });
    const { ports, writes } = worker(prompt("new"), 30_000);
    const done = await performOperation({ repositoryId, operationId: own.operationId }, ports);
    expect(done).toMatchObject(outcome ? { stage: "closed", outcome } : { stage: "held" });
    expect(writes).toEqual(outcome ? [prompt("old")] : []);
  });

  test("a worker that was thought dead loses its next write, and acts no more", async () => {
    const repositoryId = repositories++;
    const slow = worker(prompt("new"), 1);
    await store.begin(operation(repositoryId));
    let taken = false;
    const read = slow.port.read;
    slow.port.read = async (target) => {
      const found = await read(target);
      if (!taken) {
        taken = true;
        // Another worker takes it up while this one reads.
        const stored = await store.operation(repositoryId, "rollback-r2");
        if (!stored) throw new Error("it is not there");
        await store.write(stored, { ...stored.operation, epoch: stored.operation.epoch + 1 });
      }
      return found;
    };
    expect(await performOperation({ repositoryId, operationId: "rollback-r2" }, slow.ports)).toBeUndefined();
    expect(slow.writes).toEqual([]);
    await performOperation({ repositoryId, operationId: "rollback-r2" }, { ...slow.ports, overdueMs: 60_000 });
    expect(slow.writes).toEqual([prompt("old")]);
  });

  test("two workers at once: one goes on, the other comes back later", async () => {
    const repositoryId = repositories++;
    const one = worker(prompt("new"));
    await store.begin(operation(repositoryId));
    const results = await Promise.all(
      [1, 2, 3].map(() => performOperation({ repositoryId, operationId: "rollback-r2" }, one.ports)),
    );
    expect(one.writes).toEqual([prompt("old")]);
    expect(results.filter((result) => result?.stage === "closed").length).toBeGreaterThanOrEqual(1);
  });
});

test("a promotion that waits for the data plane frees its worker after seconds: others' rollbacks are next", async () => {
  const repositoryId = repositories++;
  await store.addRelease(release(repositoryId, "r2"));
  const { ports, later } = worker(prompt("new"));
  const clock = quickClock();
  const began = clock.now().getTime();
  let asked = 0;
  const smoke = async () => {
    asked++;
    return { verdict: "running" as const, reason: "chat: 404: created within the last 5 minutes" };
  };
  const step = {
    target: { id: "s", kind: "prompt" as const, alias: "support" },
    from: prompt("new"),
    to: prompt("newer"),
  };
  const steps = [{ ...step, state: "waiting" as const, attempts: 0 }];
  const id = { repositoryId, operationId: "promote-r2" };
  await store.begin(operation(repositoryId, { ...id, kind: "promote", steps, destinations: [], stage: "claiming" }));
  const own = { ...ports, smoke, clock, stageTimes: defaultStageTimes };
  expect(await performOperation(id, own)).toMatchObject({ stage: "smoking" });
  expect(clock.now().getTime() - began).toBeLessThanOrEqual(5000);
  expect([asked > 1, later]).toEqual([true, [defaultStageTimes.againMs]]);
  // Nobody has it, so that its message is not sent away.
  expect((await store.operation(repositoryId, "promote-r2"))?.aliveUntil).toBeUndefined();
  const before = asked;
  await performOperation(id, own);
  expect([asked > before, later.length]).toEqual([true, 2]);
});

test("sessions stop before the call that proves a rollback, and only where the release says so; a promotion stops none", async () => {
  for (const [kind, stopSessions, expected] of [
    ["rollback", true, ["stopped for old", "probed old"]],
    ["rollback", undefined, ["probed old"]],
    ["promote", true, []],
  ] as const) {
    const repositoryId = repositories++;
    for (const id of ["r1", "r2"]) await store.addRelease({ ...release(repositoryId, id), status: "verified" });
    const { ports, port } = worker(prompt("new"));
    const seen: string[] = [];
    const told = (pointer: Pointer) => (pointer.kind === "prompt" ? pointer.digest : "");
    port.stopSessions = async (_target, pointer) => void seen.push(`stopped for ${told(pointer)}`);
    const { probe } = port;
    port.probe = async (target, pointer) => {
      // The look before the flip asks as well: what counts is the order after it.
      if (seen.length > 0 || kind === "rollback") seen.push(`probed ${told(pointer)}`);
      return probe(target, pointer);
    };
    const target = { id: "s", kind: "prompt" as const, alias: "support", ...(stopSessions ? { stopSessions } : {}) };
    const forward = kind === "promote" ? { to: prompt("newer"), from: prompt("new") } : { from: prompt("new") };
    const steps = [{ target, ...forward, state: "waiting" as const, attempts: 0 }];
    const more = kind === "promote" ? { destinations: [] } : {};
    const asked = operation(repositoryId, { operationId: `${kind}-r2`, kind, steps, ...more });
    await store.begin(asked);
    await performOperation({ repositoryId, operationId: asked.operationId }, ports);
    expect(kind === "rollback" ? seen.slice(1) : seen).toEqual(expected);
  }
});

describe("a promotion", () => {
  test("takes its target's place, names what it replaced, and is watched", async () => {
    const repositoryId = repositories++;
    await store.addRelease({ ...release(repositoryId, "r1"), status: "verified" });
    await store.addRelease(release(repositoryId, "r2"));
    await store.mark(repositoryId, "prompt:support", (target) => ({ ...target, current: "r1" }));
    const { ports } = worker(prompt("old"));
    const steps = operation(repositoryId).steps.map((step) => ({ ...step, from: prompt("old"), to: prompt("new") }));
    await store.begin(operation(repositoryId, { operationId: "promote-r2", kind: "promote", destinations: [], steps }));
    const done = await performOperation({ repositoryId, operationId: "promote-r2" }, ports);
    expect(done).toMatchObject({ outcome: "promoted" });
    expect(await store.release(repositoryId, "r2")).toMatchObject({
      ...{ status: "watching", before: { "prompt:support": "r1" }, pointers: { "prompt:support": prompt("new") } },
      hotUntil: expect.any(String),
    });
    expect((await store.target(repositoryId, "prompt:support"))?.current).toBe("r2");
  });

  test("bad input: a target deleted by hand under a watch: the rollback is held with its reason, and nothing is written", async () => {
    const repositoryId = repositories++;
    const { ports, writes, port, told } = worker(prompt("new"));
    port.read = async () => undefined;
    await store.begin(operation(repositoryId, { untold: ["notification"] }));
    const held = await performOperation({ repositoryId, operationId: "rollback-r2" }, ports);
    expect(held).toMatchObject({
      stage: "held",
      reason: "support serves nothing, which is neither what was released nor where this leads: it was changed by hand",
    });
    expect([writes, told]).toEqual([[], ["notification"]]);
    // A person's yes does not make it come back by a guess: what is not there is not written over.
    const word = { saw: "word", by: "mona", approve: true } as const;
    expect(await performOperation({ repositoryId, operationId: "rollback-r2" }, ports, word)).toMatchObject({
      stage: "held",
    });
    expect(writes).toEqual([]);
  });

  test("says where its target lies, and a rollback goes there: another account is another place, and none is none", async () => {
    const repositoryId = repositories++;
    const promote = async (releaseId: string, endpoint: string | undefined) => {
      await store.addRelease(release(repositoryId, releaseId));
      const { ports } = worker(prompt("old"));
      const steps = operation(repositoryId).steps.map(({ target, ...step }) => ({
        ...{ ...step, from: prompt("old"), to: prompt("new") },
        target: { ...target, ...(endpoint === undefined ? {} : { endpoint }) },
      }));
      const own = { operationId: `promote-${releaseId}`, releaseId, kind: "promote" as const, destinations: [], steps };
      await store.begin(operation(repositoryId, own));
      await performOperation({ repositoryId, operationId: own.operationId }, ports);
      const targets = await store.targets(repositoryId);
      const promoted = await store.release(repositoryId, releaseId);
      if (!promoted) throw new Error("no release");
      const decision = decideRollback({
        ...{ release: promoted, releases: [promoted], targets, quarantined: [], automatic: false, failedBefore: 0 },
        ...{ cause: { kind: "person", reason: "x" }, now: new Date(), times: defaultStageTimes, tells: [] },
      });
      if (decision.kind !== "begin") throw new Error(decision.reason);
      return [targets[0]?.endpoint, decision.operation.steps[0]?.target.endpoint];
    };
    expect(await promote("r1", "eu")).toEqual(["eu", "eu"]);
    expect(await promote("r2", "us")).toEqual(["us", "us"]);
    expect(await promote("r3", undefined)).toEqual([undefined, undefined]);
  });

  test("bad input: two promotions of one target at once: the second ends with its reason and changes nothing", async () => {
    const repositoryId = repositories++;
    const { ports, writes } = worker(prompt("old"));
    const steps = operation(repositoryId).steps.map((step) => ({ ...step, from: prompt("old"), to: prompt("new") }));
    const one = operation(repositoryId, { operationId: "promote-a", kind: "promote", destinations: [], steps });
    const clock = quickClock();
    const deadline = new Date(clock.now().getTime() + 200).toISOString();
    const other = { ...one, operationId: "promote-b", deadline };
    await store.begin(one);
    await store.begin(other);
    expect(await store.claim(one)).toEqual({ taken: true });
    const refused = await performOperation({ repositoryId, operationId: "promote-b" }, { ...ports, clock });
    expect(refused).toMatchObject({ outcome: "failed", reason: "promote-a has its targets" });
    expect(writes).toEqual([]);
    expect(await performOperation({ repositoryId, operationId: "promote-a" }, ports)).toMatchObject({
      outcome: "promoted",
    });
  });

  /** `r1` was verified, `r2` serves, and `r3` is at its smoke suites; `smoked` ends those. */
  async function midPromotion() {
    const repositoryId = repositories++;
    await store.addRelease({ ...release(repositoryId, "r1"), status: "verified" });
    await store.addRelease({ ...release(repositoryId, "r2"), status: "watching", before: { "prompt:support": "r1" } });
    await store.addRelease(release(repositoryId, "r3"));
    await store.mark(repositoryId, "prompt:support", (target) => ({ ...target, current: "r2" }));
    const { ports, ...world } = worker(prompt("new"));
    const smoked = Promise.withResolvers<void>();
    const smoking = Promise.withResolvers<void>();
    const slow: OperationPorts = {
      ...ports,
      async smoke() {
        smoking.resolve();
        await smoked.promise;
        return { verdict: "pass", reason: "3 of 3 cases" };
      },
    };
    const steps = operation(repositoryId).steps.map((step) => ({ ...step, to: prompt("newest") }));
    const own = { operationId: "promote-r3", kind: "promote", releaseId: "r3", destinations: [], steps } as const;
    await store.begin(operation(repositoryId, { ...own, destinations: [], steps }));
    const promoting = performOperation({ repositoryId, operationId: "promote-r3" }, slow);
    await smoking.promise;
    return { ...world, repositoryId, ports, promoting, smoked };
  }

  test("that has flipped nothing gives way to a rollback of what serves, and people are told why", async () => {
    const { repositoryId, ports, promoting, smoked, writes, told } = await midPromotion();
    await store.begin(operation(repositoryId));
    const back = await performOperation({ repositoryId, operationId: "rollback-r2" }, ports);
    expect(back).toMatchObject({ stage: "closed", outcome: "rolledBack" });
    smoked.resolve();
    expect(await promoting).toBe(undefined);
    expect(writes).toEqual([prompt("old")]);
    told.length = 0;
    const over = await performOperation({ repositoryId, operationId: "promote-r3" }, ports);
    expect(over).toMatchObject({ stage: "closed", outcome: "failed", reason: "it gave way to rollback-r2" });
    expect(told).toEqual(["issue"]);
    expect(await store.release(repositoryId, "r3")).toMatchObject({
      status: "refused",
      reason: "it gave way to rollback-r2",
    });
    expect(await store.target(repositoryId, "prompt:support")).toMatchObject({ current: "r1" });
    expect((await store.target(repositoryId, "prompt:support"))?.activeOperation).toBe(undefined);
  });

  test("that gave way to a worker which died at once is let go of by whoever finds it", async () => {
    const { repositoryId, ports, smoked, promoting } = await midPromotion();
    await store.begin(operation(repositoryId));
    const dying: OperationPorts = {
      ...ports,
      releases: {
        ...store,
        async settle() {
          throw new Error("killed");
        },
      },
      stageTimes: { ...ports.stageTimes, againMs: 6000 },
    };
    expect(await performOperation({ repositoryId, operationId: "rollback-r2" }, dying)).toMatchObject({
      stage: "claiming",
    });
    smoked.resolve();
    await promoting;
    expect(await performOperation({ repositoryId, operationId: "promote-r3" }, ports)).toMatchObject({
      outcome: "failed",
    });
    expect(await performOperation({ repositoryId, operationId: "rollback-r2" }, ports)).toMatchObject({
      outcome: "rolledBack",
    });
  });

  test("that has begun to flip goes on: a rollback waits for it", async () => {
    const { repositoryId, ports, promoting, smoked } = await midPromotion();
    const stored = await store.operation(repositoryId, "promote-r3");
    if (!stored) throw new Error("no operation");
    const steps = stored.operation.steps.map((step) => ({ ...step, state: "flipping" as const }));
    await store.write(stored, { ...stored.operation, stage: "flipping", steps });
    await store.begin(operation(repositoryId, { deadline: new Date(Date.now() + 50).toISOString() }));
    const held = await performOperation({ repositoryId, operationId: "rollback-r2" }, ports);
    expect(held).toMatchObject({ stage: "held", reason: "promote-r3 has its targets" });
    expect((await store.operation(repositoryId, "promote-r3"))?.operation.stage).toBe("flipping");
    smoked.resolve();
    await promoting;
  });
});
