import fc from "fast-check";
import { beforeEach, describe, expect, test } from "vitest";
import { alertKey } from "../../../../src/shared/releases/alerts/alert-store.ts";
import {
  closeOldIncidents,
  giveUpAlert,
  handleAlert,
  takeUpAlerts,
} from "../../../../src/shared/releases/alerts/handle-alert.ts";
import type { NormalisedAlert } from "../../../../src/shared/releases/alerts/normalised-alert.ts";
import { signAgainst } from "../../../../src/shared/releases/alerts/platform-signs.ts";
import { alertOn, createMemoryAlerts, type MemoryAlerts, served } from "./memory-alerts.ts";

let world: MemoryAlerts;
beforeEach(() => {
  world = createMemoryAlerts();
});
const resolved = (alert: NormalisedAlert): NormalisedAlert => ({
  ...alert,
  condition: "Resolved",
  resolvedAt: "2026-11-20T10:14:50.000Z",
});
const onlyIncident = () => [...world.stored.values()][0];

describe("an alert on what a release serves", () => {
  test("opens an incident and asks for one observation that may act", async () => {
    const end = await world.arrive(alertOn("chat--v43"));
    expect(end).toMatchObject({ outcome: "opened", incident: onlyIncident()?.id });
    expect(world.observed).toEqual([
      {
        incident: onlyIncident()?.id,
        episode: 0,
        repositoryId: 7,
        target: "chat",
        release: "chat-43",
        firedAt: "2026-11-20T10:14:00.000Z",
        mayAct: true,
      },
    ]);
    expect(onlyIncident()).toMatchObject({ state: "open", cause: "release", requestedAt: expect.any(String) });
  });

  test("names it by its rule's target where no dimension does", async () => {
    await world.arrive(alertOn("", { dims: {}, custom: { target: "chat", env: "prod" } }));
    expect(world.observed).toMatchObject([{ target: "chat" }]);
  });

  test("attaches to the open incident, however many come, and its row does not grow", async () => {
    for (let n = 0; n < 60; n++) await world.arrive(alertOn("chat--v43", { alertId: `a${n}` }));
    expect([world.stored.size, world.observed.length, onlyIncident()?.firing.length]).toEqual([1, 1, 20]);
    expect([...world.rows.values()].map(({ outcome }) => outcome).filter((o) => o === "attached")).toHaveLength(59);
  });

  test("closes by its resolution; another one opens it again, observed without the right to act", async () => {
    const first = alertOn("chat--v43");
    await world.arrive(first);
    expect(await world.arrive(resolved(first))).toMatchObject({ outcome: "resolved" });
    expect(onlyIncident()?.state).toBe("closed");
    expect(await world.arrive(alertOn("chat--v43", { alertId: "b" }))).toMatchObject({ outcome: "opened" });
    expect(world.observed.map(({ episode, mayAct }) => [episode, mayAct])).toEqual([
      [0, true],
      [1, false],
    ]);
  });

  test("an alert an hour after the first is looked at again, where none has resolved", async () => {
    await world.arrive(alertOn("chat--v43"));
    await world.clock.advance(3600_000);
    await world.arrive(alertOn("chat--v43", { alertId: "b", firedAt: "2026-11-20T11:14:00.000Z" }));
    expect(world.observed).toHaveLength(1);
    await world.arrive(alertOn("chat--v43", { alertId: "c", firedAt: "2026-11-20T11:14:00.001Z" }));
    expect(world.observed.map(({ episode, mayAct }) => [episode, mayAct])).toEqual([
      [0, true],
      [1, false],
    ]);
  });

  test("an incident that nobody resolves is closed after a day", async () => {
    await world.arrive(alertOn("chat--v43"));
    await closeOldIncidents(world);
    expect(onlyIncident()?.state).toBe("open");
    await world.clock.advance(24 * 3600_000);
    await closeOldIncidents(world);
    expect(onlyIncident()?.state).toBe("closed");
  });

  test("whose resolution is handled while it is being written is closed all the same", async () => {
    const alert = alertOn("chat--v43");
    const { write } = world.incidents;
    let first = true;
    world.incidents.write = async (changes) => {
      if (first) {
        first = false;
        await world.arrive(resolved(alert));
      }
      return write(changes);
    };
    await world.arrive(alert);
    expect(onlyIncident()?.state).toBe("closed");
  });

  test("another release of the target has an incident of its own", async () => {
    await world.arrive(alertOn("chat--v43"));
    world.targets = [served("chat", { release: "chat-44", arms: ["chat--v44"], standby: ["chat--v43"] })];
    await world.arrive(alertOn("chat--v44", { alertId: "b" }));
    expect(world.observed.map(({ release, mayAct }) => [release, mayAct])).toEqual([
      ["chat-43", true],
      ["chat-44", true],
    ]);
  });

  test("that was stored, and whose worker died before it asked, asks again with the same right", async () => {
    const alert = alertOn("chat--v43");
    const { observe } = world;
    world.observe = () => Promise.reject(new Error("the queue is away"));
    await expect(world.arrive(alert)).rejects.toThrow("the queue is away");
    world.observe = observe;
    await takeUpAlerts(world, 0);
    expect(world.sent).toEqual([alertKey(alert)]);
    await handleAlert(alertKey(alert), world);
    expect(world.observed).toMatchObject([{ episode: 0, mayAct: true }]);
  });

  test("that failed again and again is kept as failed", async () => {
    world.observe = () => Promise.reject(new Error("the queue is away"));
    await expect(world.arrive(alertOn("chat--v43"))).rejects.toThrow("away");
    await giveUpAlert(alertKey(alertOn("chat--v43")), world);
    expect([...world.rows.values()]).toMatchObject([{ outcome: "failed" }]);
  });
});

describe("the platform as the cause", () => {
  const three = ["chat", "search", "mail"];
  const on = (target: string, firedAt: string) => alertOn(`${target}--v43`, { alertId: target, firedAt });
  const causes = () => [...world.stored.values()].filter(({ release }) => release !== "").map(({ cause }) => cause);
  const signs = () => [...world.stored.values()].filter(({ release, state }) => release === "" && state === "open");
  const against = (firedAt?: string) =>
    signAgainst(signs(), { repositoryId: 7, aliases: ["chat"], firedAt, now: world.clock.now() });
  beforeEach(() => {
    world.targets = three.map((target) => served(target));
  });

  test("three targets within two minutes are the platform's; who was asked to act can read it", async () => {
    for (const [n, target] of three.entries()) await world.arrive(on(target, `2026-11-20T10:1${2 + n}:00.000Z`));
    expect(causes()).toEqual(["platform", "platform", "platform"]);
    expect(world.observed.map(({ target }) => target)).toEqual(["chat", "search"]);
  });

  test("three targets within more than two minutes are not", async () => {
    const [first = "", second = "", third = ""] = three;
    await world.arrive(on(first, "2026-11-20T10:10:00.000Z"));
    await world.arrive(on(second, "2026-11-20T10:11:00.000Z"));
    await world.arrive(on(third, "2026-11-20T10:12:00.001Z"));
    expect(causes()).toEqual(["release", "release", "release"]);
  });

  test.each(["resourceHealth", "serviceHealth"] as const)(
    "%s near an incident takes the blame off the release",
    async (kind) => {
      await world.arrive(alertOn("chat--v43"));
      const end = await world.arrive(alertOn("", { alertId: "h", kind, dims: {}, custom: {} }));
      expect(end).toMatchObject({ outcome: "recorded", reason: expect.stringContaining("platform's own health") });
      expect(causes()).toEqual(["platform"]);
    },
  );

  test.each(["resourceHealth", "serviceHealth"] as const)(
    "%s that is told before the alert takes the blame off the release, too",
    async (kind) => {
      await world.arrive(alertOn("", { alertId: "h", kind, dims: {}, custom: {}, targets: ["/account"] }));
      await world.arrive(alertOn("chat--v43"));
      expect(against("2026-11-20T10:15:30.000Z")).toContain("the platform's own health suffers too (/account");
      expect(against("2026-11-20T10:16:00.001Z")).toBeUndefined();
      expect(against()).toBeUndefined();
    },
  );

  test.each<[NormalisedAlert["kind"], Record<string, string>]>([
    ["resourceHealth", { currentHealthStatus: "Available" }],
    ["serviceHealth", { incidentType: "Maintenance" }],
    ["serviceHealth", { incidentType: "Incident", stage: "Resolved" }],
  ])("%s that tells of no trouble blames nobody: %j", async (kind, custom) => {
    await world.arrive(alertOn("chat--v43"));
    const end = await world.arrive(alertOn("", { alertId: "h", kind, dims: {}, custom }));
    expect(end).toMatchObject({ outcome: "recorded", reason: expect.stringContaining("no trouble of the platform") });
    expect([causes(), signs()]).toEqual([["release"], []]);
  });

  test("a way back that suffers too takes the blame off the release, whichever is told first, until it is resolved", async () => {
    const standby = alertOn("chat--v42", { alertId: "s" });
    const end = await world.arrive(standby);
    expect(end).toMatchObject({ outcome: "recorded", reason: expect.stringContaining("way back of chat") });
    expect(causes()).toEqual([]);
    await world.arrive(alertOn("chat--v43"));
    expect(against("2026-11-20T10:14:00.000Z")).toContain("the way back of chat suffers too");
    await world.arrive(resolved(standby));
    expect(against("2026-11-20T10:14:00.000Z")).toBeUndefined();
    await world.arrive(alertOn("chat--v42", { alertId: "t" }));
    expect(causes()).toEqual(["platform"]);
    expect(against()).toContain("the way back of chat suffers too");
    world.clock.advance(3_600_001);
    expect(against()).toBeUndefined();
  });

  test("many signs of one kind have one row", async () => {
    for (let n = 0; n < 60; n++) await world.arrive(alertOn("chat--v42", { alertId: `s${n}` }));
    expect(signs().map(({ firing }) => firing.length)).toEqual([20]);
  });
});

describe("bad input", () => {
  test.each<[string, Partial<NormalisedAlert>, string]>([
    ["a test payload", { isTest: true }, "test payload"],
    ["an unknown kind", { kind: "unknown" }, "known kind"],
    ["a smart detection", { kind: "smart" }, "sentences"],
    ["a budget", { kind: "budget" }, "kind budget"],
    ["an unknown rule", { custom: {} }, "the rule availability is not known"],
    ["a stale alert", { firedAt: "2026-11-20T10:04:59.999Z" }, "stale: fired 10 minutes ago"],
    ["an alert of the future", { firedAt: "2026-11-20T10:20:00.001Z" }, "still to come"],
    ["another deployment than any release serves", { dims: { ModelDeploymentName: "chat--v1" } }, "no release serves"],
    ["a deployment that is not its rule's target", { custom: { target: "search" } }, "as the target search"],
    ["another stage", { custom: { target: "chat", env: "staging" } }, "in staging"],
    ["an alert that names nothing", { dims: {} }, "names no deployment"],
  ])("bad input: %s is recorded with its reason, never acted on", async (_, changed, reason) => {
    const end = await world.arrive(alertOn("chat--v43", changed));
    expect(end).toMatchObject({ outcome: "recorded", reason: expect.stringContaining(reason) });
    expect([world.stored.size, world.observed]).toEqual([0, []]);
  });

  test("bad input: an alert from before the release that serves now is recorded", async () => {
    world.targets = [served("chat", { promotedAt: "2026-11-20T10:14:30.000Z" })];
    expect(await world.arrive(alertOn("chat--v43"))).toMatchObject({
      reason: expect.stringContaining("before the release"),
    });
    expect(world.observed).toEqual([]);
  });

  test("bad input: a target that two repositories serve is not guessed", async () => {
    world.targets = [served("chat"), served("chat", { repositoryId: 8 })];
    expect(await world.arrive(alertOn("chat--v43"))).toMatchObject({
      reason: expect.stringContaining("2 releases serve"),
    });
  });

  test("bad input: a firing that arrives after its resolution is recorded", async () => {
    expect(await world.arrive(resolved(alertOn("chat--v43")))).toMatchObject({
      reason: expect.stringContaining("no open incident"),
    });
    expect(await world.arrive(alertOn("chat--v43"))).toMatchObject({
      reason: expect.stringContaining("resolved already"),
    });
    expect(world.observed).toEqual([]);
  });
});

test("any order and repetition of fired and resolved alerts asks for at most one observation that may act, a target and release", async () => {
  const targets = [served("chat"), served("search"), served("mail"), served("chat2")];
  const alert = fc
    .record({
      n: fc.integer({ min: 0, max: 5 }),
      target: fc.constantFrom("chat", "search", "mail", "chat2", "other"),
      arm: fc.constantFrom(42, 43, 43, 43),
      minute: fc.integer({ min: 5, max: 15 }),
      condition: fc.constantFrom<NormalisedAlert["condition"]>("Fired", "Fired", "Resolved"),
    })
    .map(({ n, target, arm, minute, condition }) =>
      alertOn(`${target}--v${arm}`, {
        alertId: `${target}-${n}`,
        condition,
        firedAt: `2026-11-20T10:${String(minute).padStart(2, "0")}:00.000Z`,
      }),
    );
  const arrivals = fc
    .array(alert, { minLength: 1, maxLength: 12 })
    .chain((alerts) => fc.array(fc.constantFrom(...alerts), { minLength: alerts.length, maxLength: 30 }));
  let acting = 0;
  await fc.assert(
    fc.asyncProperty(arrivals, fc.boolean(), async (alerts, atOnce) => {
      const own = createMemoryAlerts();
      own.targets = targets;
      if (atOnce) await Promise.all(alerts.map((one) => own.arrive(one)));
      else for (const one of alerts) await own.arrive(one);
      // One request may be sent twice by workers that race; it is the same one, by its incident and episode.
      const may = own.observed.filter(({ mayAct }) => mayAct).map((r) => `${r.incident} ${r.episode}`);
      const targetsOf = own.observed.filter(({ mayAct }) => mayAct).map((r) => `${r.target} ${r.release}`);
      expect(new Set(may).size).toBe(new Set(targetsOf).size);
      if (!atOnce) expect(may.length).toBe(new Set(targetsOf).size);
      expect([...own.rows.values()].filter(({ outcome }) => outcome === undefined)).toEqual([]);
      acting += may.length;
    }),
    { numRuns: 200 },
  );
  expect(acting).toBeGreaterThan(100);
});
