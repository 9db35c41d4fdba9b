import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import {
  maxAlertBytes,
  type ReceiveAlertPorts,
  receiveAlert,
} from "../../../../src/shared/releases/alerts/receive-alert.ts";
import type { Principal, Refusal } from "../../../../src/shared/releases/principals.ts";
import { reportRows, testWithData } from "../../../support/data.ts";
import { createMemoryAlerts, type MemoryAlerts } from "./memory-alerts.ts";

const monitor: Principal = { tenant: "t", caller: "azure-monitor", subject: "s", roles: ["ActionGroupsSecureWebhook"] };
let world: MemoryAlerts;
let kept: Map<string, string>;
let principal: Principal | Refusal;
beforeEach(() => {
  world = createMemoryAlerts("2026-11-20T10:15:00.000Z");
  kept = new Map();
  principal = monitor;
});

const ports = (changed: Partial<ReceiveAlertPorts> = {}): ReceiveAlertPorts => ({
  principals: { of: async () => principal },
  allowedCaller: "azure-monitor",
  alerts: world.alerts,
  keepPayload: async (place, text) => void kept.set(place, text),
  enqueue: world.enqueue,
  clock: world.clock,
  log: world.log,
  ...changed,
});
const receive = (body: string, changed: Partial<ReceiveAlertPorts> = {}, length = `${Buffer.byteLength(body)}`) =>
  receiveAlert(
    { header: (name) => (name === "content-length" ? length : null), body: async () => Buffer.from(body) },
    ports(changed),
  );

const payload = (essentials: object = {}, rest: object = {}) =>
  JSON.stringify({
    schemaId: "azureMonitorCommonAlertSchema",
    data: {
      essentials: {
        alertId: "/alerts/1",
        alertRule: "chat-availability",
        monitorCondition: "Fired",
        monitoringService: "Platform",
        firedDateTime: "2026-11-20T10:14:00Z",
        ...essentials,
      },
      alertContext: { conditionType: "SingleResourceMultipleMetricCriteria", condition: { allOf: [] } },
      customProperties: { target: "chat" },
      ...rest,
    },
  });

describe("an alert", () => {
  test("is stored, enqueued once, and 202; a repetition is a duplicate", async () => {
    expect(await receive(payload())).toEqual({ status: 202, body: { alertId: "/alerts/1", outcome: "enqueued" } });
    expect(await receive(payload())).toEqual({ status: 202, body: { alertId: "/alerts/1", outcome: "duplicate" } });
    expect(world.sent).toEqual([...world.rows.keys()]);
    const [row] = world.rows.values();
    expect(kept.get(row?.raw ?? "")).toBe(payload());
  });

  test("and its resolution are two", async () => {
    await receive(payload());
    await receive(payload({ monitorCondition: "Resolved" }));
    expect([world.rows.size, world.sent.length]).toEqual([2, 2]);
  });

  test("keeps no secret", async () => {
    const secret = `ghp_${"a1B2".repeat(9)}`;
    await receive(payload({}, { customProperties: { target: "chat", token: secret } }));
    expect(JSON.stringify([...kept, ...world.rows])).not.toContain(secret);
    expect(world.sent).toHaveLength(1);
  });

  test("is read without the byte order mark that some senders put before it", async () => {
    expect(await receive(`\ufeff${payload()}`)).toMatchObject({ status: 202, body: { outcome: "enqueued" } });
  });

  test("that could not be stored is 503: of all failures an action group tries that one again", async () => {
    const answer = await receive(payload(), { enqueue: () => Promise.reject(new Error("the queue is away")) });
    expect(answer).toEqual({ status: 503, body: { error: expect.stringContaining("send it again") } });
  });

  testWithData("every payload of data/alerts is 202, and what never acts is told why", "alerts", async (folder) => {
    const told: Record<string, string> = {};
    for (const file of [
      "doc-prometheus-context-only",
      "doc-metric-static-fired",
      "syn-foundry-metric-fired",
      "syn-foundry-metric-resolved",
      "syn-activity-log-deployment-write",
    ]) {
      const { status, body } = await receive(readFileSync(path.join(folder, `${file}.json`), "utf8"));
      told[file] = `${status} ${"outcome" in body ? (body.reason ?? body.outcome) : body.error}`;
    }
    const read = Object.keys(told).length;
    reportRows("alerts (sent)", read, readdirSync(folder).length - read);
    expect(told).toEqual({
      "doc-prometheus-context-only": expect.stringMatching(/^202 no alert of a known kind/),
      "doc-metric-static-fired": expect.stringMatching(/^202 a test payload/),
      "syn-foundry-metric-fired": "202 enqueued",
      "syn-foundry-metric-resolved": "202 enqueued",
      "syn-activity-log-deployment-write": expect.stringMatching(/^202 alerts of the kind activity/),
    });
  });
});

describe("bad input", () => {
  test("bad input: a payload above 256 KB is 413, by what it announces or by what it is", async () => {
    const large = payload({ description: "x".repeat(maxAlertBytes) });
    expect(await receive(large)).toMatchObject({ status: 413 });
    expect(await receive(large, {}, "10")).toMatchObject({ status: 413 });
    const around = payload({ description: "" }).length;
    const one = (bytes: number) => payload({ description: "x".repeat(bytes - around) });
    expect(Buffer.byteLength(one(maxAlertBytes))).toBe(maxAlertBytes);
    expect(await receive(one(maxAlertBytes), {}, "")).toMatchObject({ status: 202 });
    expect(await receive(one(maxAlertBytes + 1), {}, "")).toMatchObject({ status: 413 });
    expect(world.rows.size).toBe(1);
  });

  test("bad input: a refused token is told why, and its body is not read", async () => {
    principal = { status: 401, reason: "the token has expired: get a new one" };
    const body = () => Promise.reject(new Error("read"));
    const answer = await receiveAlert({ header: () => null, body }, ports());
    expect(answer).toEqual({ status: 401, body: { error: "the token has expired: get a new one" } });
    principal = { ...monitor, caller: "somebody" };
    expect(await receive(payload())).toMatchObject({ status: 403 });
    expect([world.rows.size, kept.size]).toEqual([0, 0]);
  });

  test("bad input: what is no JSON is 400", async () => {
    expect(await receive("<html>")).toMatchObject({ status: 400, body: { error: expect.stringContaining("no JSON") } });
  });

  test.each([
    ["a stale alert", payload({ firedDateTime: "2026-11-20T10:00:00Z" }), "stale: fired 15 minutes ago"],
    ["a test payload", payload({ alertRule: "test-rule" }), "test payload"],
    ["an unknown rule", payload({}, { customProperties: {} }), "the rule chat-availability is not known"],
    ["any JSON", "[]", "no alert of a known kind"],
  ])("bad input: %s is 202, recorded with the reason and not enqueued", async (_, body, reason) => {
    expect(await receive(body)).toMatchObject({
      status: 202,
      body: { outcome: "recorded", reason: expect.stringContaining(reason) },
    });
    expect([...world.rows.values()]).toMatchObject([{ outcome: "recorded", reason: expect.stringContaining(reason) }]);
    expect(world.sent).toEqual([]);
  });
});
