import { beforeEach, describe, expect, test } from "vitest";
import { type AlertStore, alertKey, type StoredAlert } from "../../../src/shared/releases/alerts/alert-store.ts";
import type { Incident, IncidentStore } from "../../../src/shared/releases/alerts/incident.ts";
import { createAlertStore } from "../../../src/shared/storage/alert-store.ts";
import { createIncidentStore } from "../../../src/shared/storage/incident-store.ts";
import { createTables } from "../../../src/shared/storage/tables.ts";
import { freshName, sharedAzurite } from "../../support/azurite.ts";
import { createManualClock, type ManualClock } from "../../support/manual-clock.ts";
import { alertOn } from "../releases/alerts/memory-alerts.ts";

let clock: ManualClock;
let store: AlertStore;
let incidents: IncidentStore;
beforeEach(() => begin("2026-11-20T10:15:00.000Z"));

async function begin(at: string): Promise<void> {
  const prefix = freshName("t");
  const tables = createTables({ kind: "connectionString", connectionString: await sharedAzurite() });
  const own = { table: (name: string) => tables.table(`${prefix}${name}`) };
  clock = createManualClock(at);
  store = createAlertStore(own, clock);
  incidents = createIncidentStore(own);
}

const alert = (changed: Partial<StoredAlert> = {}): StoredAlert => ({
  ...alertOn("chat--v43", { severity: null }),
  receivedAt: "2026-11-20T10:15:00.000Z",
  ...changed,
});
const key = alertKey(alert());
const fired = (claims: string[]) => claims.filter((claim) => claim !== "duplicate");

describe("the table of alerts", () => {
  test("five deliveries of one alert at once are claimed once, and read as they were written", async () => {
    expect(fired(await Promise.all([1, 2, 3, 4, 5].map(() => store.claim(alert()))))).toEqual(["fresh"]);
    expect(await store.start(key)).toEqual(alert());
    expect(await store.claim(alert({ condition: "Resolved" }))).toBe("fresh");
  });

  test("a claim that was never enqueued is another's after a minute, an enqueued one is not", async () => {
    await store.claim(alert());
    await clock.advance(60_000);
    expect(await store.claim(alert())).toBe("duplicate");
    await clock.advance(1);
    expect(await store.claim(alert())).toBe("taken");
    await store.markEnqueued(key);
    await clock.advance(60_001);
    expect(await store.claim(alert())).toBe("duplicate");
  });

  test("a failed alert is taken up again, a finished one never", async () => {
    await store.claim(alert());
    await store.finish(key, { outcome: "failed", reason: "again and again" });
    expect(await store.start(key)).toBe(undefined);
    expect(await store.claim(alert())).toBe("taken");
    await store.finish(key, { outcome: "opened", incident: "i" });
    expect(await store.claim(alert())).toBe("duplicate");
    expect(await store.start(key)).toBe(undefined);
  });

  test("an alert that never acts is claimed with its outcome, and no timer takes it up", async () => {
    expect(await store.claim(alert({ outcome: "recorded", reason: "stale" }))).toBe("fresh");
    expect(await store.claim(alert({ outcome: "recorded", reason: "stale" }))).toBe("duplicate");
    expect([await store.start(key), await store.overdue(new Date("2027-01-01"))]).toEqual([undefined, []]);
  });

  test("a claim that died is never taken up where its alert is too old by then", async () => {
    await store.claim(alert());
    await clock.advance(11 * 60_000);
    expect(await store.claim(alert({ outcome: "recorded", reason: "stale" }))).toBe("taken");
    expect(await store.overdue(new Date("2027-01-01"))).toEqual([]);
  });

  test("what nobody has touched for a while is overdue, until it is finished", async () => {
    await store.claim(alert());
    await store.markEnqueued(key);
    await clock.advance(50_000);
    const before = new Date(clock.now().getTime() - 45_000);
    expect(await store.overdue(before)).toEqual([key]);
    await store.start(key);
    expect(await store.overdue(before)).toEqual([]);
    await store.finish(key, { outcome: "attached" });
    expect(await store.overdue(new Date("2027-01-01"))).toEqual([]);
  });

  test("the month's turn loses no alert and no resolution", async () => {
    await begin("2026-11-30T23:59:59.000Z");
    await store.claim(alert());
    await store.claim(alert({ condition: "Resolved" }));
    await clock.advance(2000);
    expect(await store.claim(alert())).toBe("duplicate");
    expect(await store.isResolved("a")).toBe(true);
    expect(await store.isResolved("b")).toBe(false);
    await store.finish(key, { outcome: "opened" });
    expect(await store.start(key)).toBe(undefined);
  });
});

describe("the table of incidents", () => {
  const incident = (id: string, changed: Partial<Incident> = {}): Incident => ({
    id,
    repositoryId: 7,
    target: "chat",
    release: "r",
    state: "open",
    cause: "release",
    episode: 0,
    firedAt: "2026-11-20T10:14:00.000Z",
    firing: ["a"],
    ...changed,
  });

  test("an incident opens once, and changes by who read it last", async () => {
    expect(await incidents.write([{ known: undefined, next: incident("i") }])).toBe(true);
    expect(await incidents.write([{ known: undefined, next: incident("i") }])).toBe(false);
    const known = await incidents.get("i");
    expect(known?.value).toEqual(incident("i"));
    expect(await incidents.write([{ known, next: incident("i", { firing: ["a", "b"] }) }])).toBe(true);
    expect(await incidents.write([{ known, next: incident("i", { firing: [] }) }])).toBe(false);
  });

  test("several change together or not at all; closed ones are no longer listed, and open again", async () => {
    await incidents.write(["i", "j"].map((id) => ({ known: undefined, next: incident(id) })));
    const [i, j] = await incidents.open();
    expect([i?.value.id, j?.value.id]).toEqual(["i", "j"]);
    await incidents.write([{ known: j, next: incident("j", { cause: "platform" }) }]);
    const both = [i, j].map((known) => ({
      known,
      next: { ...incident(known?.value.id ?? ""), state: "closed" as const },
    }));
    expect(await incidents.write(both)).toBe(false);
    expect((await incidents.open()).length).toBe(2);
    const now = await incidents.open();
    expect(await incidents.write(now.map((known) => ({ known, next: { ...known.value, state: "closed" } })))).toBe(
      true,
    );
    expect(await incidents.open()).toEqual([]);
    const closed = await incidents.get("i");
    expect(await incidents.write([{ known: closed, next: incident("i", { episode: 1 }) }])).toBe(true);
    expect(await incidents.open()).toMatchObject([{ value: { id: "i", episode: 1 } }]);
  });
});
