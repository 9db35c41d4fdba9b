import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { normaliseAlert, type Received } from "../../../../src/shared/releases/alerts/normalise-alert.ts";
import { NormalisedAlert } from "../../../../src/shared/releases/alerts/normalised-alert.ts";
import { reportRows, testWithData } from "../../../support/data.ts";

const received: Received = { source: "webhook", receivedAt: "2026-11-20T10:15:00.000Z", raw: "alerts/a.json" };
const normalised = (payload: unknown) => normaliseAlert(payload, received);

const essentials = {
  alertId: "/subscriptions/S/providers/Microsoft.AlertsManagement/alerts/A",
  alertRule: "chat-availability",
  severity: "Sev1",
  monitorCondition: "Fired",
  monitoringService: "Platform",
  alertTargetIDs: ["/subscriptions/S/resourceGroups/RG"],
  configurationItems: ["name", "/Subscriptions/S/Other"],
  firedDateTime: "2026-11-20T10:14:21.1183345Z",
};
const common = (changed: object = {}, alertContext: object = {}, rest: object = {}) =>
  normalised({
    schemaId: "azureMonitorCommonAlertSchema",
    data: { essentials: { ...essentials, ...changed }, alertContext, ...rest },
  });

describe("the payloads of data/alerts", () => {
  const kinds: Record<string, string> = {
    "doc-activity-log-fired.json": "activity Fired test",
    "doc-availability-test-fired.json": "availability Fired test",
    "doc-budget-actual-fired.json": "budget Fired test",
    "doc-log-v1-metric-measurement-fired.json": "logV1 Fired test",
    "doc-log-v2-fired.json": "log Fired test",
    "doc-metric-static-fired.json": "metric Fired test",
    "doc-metric-static-resolved.json": "metric Resolved",
    "doc-prometheus-context-only.json": "unknown Fired",
    "doc-service-health-fired.json": "serviceHealth Fired test",
    "doc-smart-detector-fired.json": "smart Fired test",
    "syn-activity-log-deployment-write.json": "activity Fired",
    "syn-foundry-metric-fired.json": "metric Fired",
    "syn-foundry-metric-resolved.json": "metric Resolved",
    "syn-genai-log-v2-fired.json": "log Fired",
  };
  const read = (folder: string, file: string): unknown => JSON.parse(readFileSync(path.join(folder, file), "utf8"));

  testWithData("each parses to its kind and condition, tests known as such", "alerts", (folder) => {
    const told = readdirSync(folder)
      .filter((file) => file.endsWith(".json"))
      .map((file): [string, string] => {
        const alert = NormalisedAlert.parse(normalised(read(folder, file)));
        return [file, `${alert.kind} ${alert.condition}${alert.isTest ? " test" : ""}`];
      });
    reportRows("alerts", told.length, readdirSync(folder).length - told.length);
    expect(Object.fromEntries(told)).toMatchObject(kinds);
    expect(told.filter(([, kind]) => kind.startsWith("unknown"))).toEqual([
      ["doc-prometheus-context-only.json", "unknown Fired"],
    ]);
  });

  testWithData("a metric alert keeps what the decision needs", "alerts", (folder) => {
    reportRows("alerts (a metric alert, whole)", 1, 0);
    expect(normalised(read(folder, "syn-foundry-metric-fired.json"))).toEqual({
      ...received,
      receivedAt: undefined,
      schema: "common",
      isTest: false,
      alertId:
        "/subscriptions/11111111-2222-3333-4444-555555555555/providers/microsoft.alertsmanagement/alerts/5f0c8d7e-0b5c-4f57-9a0a-6e3d2c000101",
      originAlertId:
        "11111111-2222-3333-4444-555555555555_rg-llm-prod_microsoft.insights_metricAlerts_chat-availability-prod_-1177812270",
      ruleName: "chat-availability-prod",
      ruleId:
        "/subscriptions/11111111-2222-3333-4444-555555555555/resourcegroups/rg-llm-prod/providers/microsoft.insights/metricalerts/chat-availability-prod",
      kind: "metric",
      condition: "Fired",
      severity: 1,
      firedAt: "2026-11-20T10:14:21.118Z",
      windowStart: "2026-11-20T10:08:04.104Z",
      windowEnd: "2026-11-20T10:13:04.104Z",
      targets: [
        "/subscriptions/11111111-2222-3333-4444-555555555555/resourcegroups/rg-llm-prod/providers/microsoft.cognitiveservices/accounts/foundry-prod",
      ],
      dims: { ModelDeploymentName: "chat--v42", ModelVersion: "2026-08-06" },
      measures: [{ name: "ModelAvailabilityRate", value: 81.4, threshold: 97, operator: "LessThan" }],
      custom: {
        owner: "llm-platform",
        target: "chat",
        env: "prod",
        action: "rollback",
        policy: "rollback-default",
      },
    });
  });

  testWithData("a budget without rule or targets has its amounts, and an id of its own", "alerts", (folder) => {
    reportRows("alerts (a budget)", 1, 0);
    const alert = normalised(read(folder, "doc-budget-actual-fired.json"));
    expect(alert).toMatchObject({ ruleName: "Test_actual_cost_budget", severity: null, targets: [] });
    expect(alert.measures).toEqual([
      { name: "Test_actual_cost_budget", value: 11111, threshold: 25, operator: "GreaterThan" },
    ]);
  });
});

describe("fields", () => {
  test("ids are lower-cased, configuration items count where they are ids", () => {
    expect(common()).toMatchObject({
      alertId: "/subscriptions/s/providers/microsoft.alertsmanagement/alerts/a",
      targets: ["/subscriptions/s/resourcegroups/rg", "/subscriptions/s/other"],
    });
  });

  test("an alert without id is told from others by rule, target and time", () => {
    const id = (changed: object) => common({ alertId: null, ...changed }).alertId;
    expect(id({})).toMatch(/^[0-9a-f]{64}$/);
    expect(id({})).toBe(id({ severity: "Sev3" }));
    const others = [{ alertRule: "b" }, { alertTargetIDs: null }, { firedDateTime: "2026-11-20T10:15:21Z" }].map(id);
    expect(new Set([id({}), ...others]).size).toBe(4);
  });

  test("a name that two criteria tell differently is left out", () => {
    const of = (name: string, value: string) => ({ dimensions: [{ name, value }] });
    const allOf = [
      of("Region", "eu"),
      of("ModelDeploymentName", "a"),
      of("ModelDeploymentName", "b"),
      of("Region", "eu"),
    ];
    expect(common({}, { condition: { allOf } }).dims).toEqual({ Region: "eu" });
  });

  test("dynamic thresholds are known by their sensitivity too", () => {
    const context = (criterion: object) => ({
      conditionType: "MultipleResourceMultipleMetricCriteria",
      condition: { allOf: [criterion] },
    });
    expect(common({}, context({ alertSensitivity: "High" })).kind).toBe("metricDynamic");
    expect(common({}, context({ threshold: "n/a" }))).toMatchObject({
      kind: "metric",
      measures: [{ threshold: null }],
    });
  });

  test("custom properties of the payload come before those of its context", () => {
    const properties = { target: "b", n: 1, on: true, deep: {} };
    expect(common({}, { properties }).custom).toEqual({ target: "b", n: "1", on: "true" });
    expect(common({}, { properties }, { customProperties: { target: "a" } }).custom).toMatchObject({
      target: "a",
      n: "1",
    });
    // A rule without any of its own sends an empty object, or null, beside what its context has.
    expect(common({}, { properties }, { customProperties: {} }).custom).toMatchObject({ target: "b" });
    expect(common({}, { properties }, { customProperties: null }).custom).toMatchObject({ target: "b" });
  });

  test("a time that names no zone is in UTC, wherever this runs", () => {
    const known = process.env.TZ;
    process.env.TZ = "America/New_York";
    try {
      const at = "2026-11-20T10:14:21.118Z";
      for (const firedDateTime of ["2026-11-20T10:14:21.1183345", "2026-11-20T11:14:21.118+01:00", at])
        expect(common({ firedDateTime }).firedAt).toBe(at);
      const SearchIntervalStartTimeUtc = "11/20/2026 1:09:21 PM";
      expect(common({}, { SearchIntervalStartTimeUtc }).windowStart).toBe("2026-11-20T13:09:21.000Z");
      expect(common({ firedDateTime: "soon" }).kind).toBe("unknown");
    } finally {
      if (known === undefined) delete process.env.TZ;
      else process.env.TZ = known;
    }
  });

  test("a log alert of the first version names its dimensions beside its condition", () => {
    const Dimensions = [{ name: "ModelDeploymentName", value: "chat--v43" }];
    const context = { SearchQuery: "q", ResultCount: 2, Dimensions };
    expect(common({ monitoringService: "Log Analytics" }, context)).toMatchObject({
      kind: "logV1",
      dims: { ModelDeploymentName: "chat--v43" },
    });
  });

  test.each([
    [{ alertRule: "test-anything" }, {}],
    [{ alertRule: " TEST-anything" }, {}],
    [{ alertId: "/subscriptions/s/providers/x/alerts/Test_Alert" }, {}],
    [{}, { properties: { IsSynthetic: "True" } }],
  ])("the portal's test payload is known by %j %j", (changed, context) => {
    expect(common(changed, context).isTest).toBe(true);
    expect(common().isTest).toBe(false);
  });

  test("a listed alert has the same facts under other names", () => {
    const { alertRule: rule, monitorCondition, severity, firedDateTime: startDateTime } = essentials;
    const alert = normaliseAlert(
      {
        id: essentials.alertId,
        properties: {
          essentials: {
            severity,
            monitorCondition,
            startDateTime,
            monitorService: "Log Alerts V2",
            alertRule: `/subscriptions/S/providers/microsoft.insights/scheduledqueryrules/${rule}`,
            targetResource: "/subscriptions/S/resourceGroups/RG",
          },
        },
      },
      { ...received, source: "pull" },
    );
    expect(alert).toMatchObject({
      source: "pull",
      schema: "alertsMgmt",
      kind: "log",
      alertId: common().alertId,
      ruleName: rule,
      firedAt: common().firedAt,
      targets: ["/subscriptions/s/resourcegroups/rg"],
    });
  });
});

test("when it was resolved is told where the payload says so", () => {
  const resolvedDateTime = "2026-11-20T10:27:40.44Z";
  expect(common({ monitorCondition: "Resolved", resolvedDateTime }).resolvedAt).toBe("2026-11-20T10:27:40.440Z");
  expect(common({ monitorCondition: "Resolved" })).not.toHaveProperty("resolvedAt");
});

describe("bad input", () => {
  test.each([
    { firedDateTime: null },
    { firedDateTime: "soon" },
    { monitorCondition: "Acknowledged" },
    { monitoringService: "Somebody" },
  ])("bad input: an alert with %j is recorded as unknown", (changed) => {
    expect(common(changed, { conditionType: "SingleResourceMultipleMetricCriteria" }).kind).toBe("unknown");
  });

  test("bad input: any JSON parses to an alert that a row can hold", () => {
    const anything = fc.jsonValue();
    const likely = fc.record({
      schemaId: fc.constantFrom("azureMonitorCommonAlertSchema", "AzureMonitorMetricAlert"),
      data: fc.record({
        essentials: fc.oneof(
          anything,
          fc.record(Object.fromEntries(Object.keys(essentials).map((k) => [k, anything]))),
        ),
        alertContext: fc.oneof(
          anything,
          fc.record({
            condition: fc.record({ allOf: fc.array(fc.record({ dimensions: anything, threshold: anything })) }),
            properties: anything,
            AlertData: anything,
          }),
        ),
        customProperties: fc.dictionary(fc.string(), anything),
      }),
    });
    fc.assert(
      fc.property(fc.oneof(anything, likely), (payload) => {
        const alert = normalised(payload);
        expect(NormalisedAlert.parse(alert)).toEqual(alert);
      }),
    );
  });

  test("bad input: control characters, lone surrogates and endless lists stay below a column's 32 K characters", () => {
    for (const piece of ['"', "\u0001", "\ud800", "é"]) {
      const long = piece.repeat(2000);
      const many = Array.from({ length: 500 }, (_, n) => [`${n}${long}`, long] as const);
      const allOf = many.map(([name, value]) => ({
        metricName: name,
        operator: value,
        dimensions: [{ name, value }],
      }));
      const alert = common(
        { alertTargetIDs: many.map(([name]) => `/${name}`), alertRule: long, alertId: long },
        { condition: { allOf } },
        { customProperties: Object.fromEntries(many) },
      );
      for (const value of Object.values(alert)) expect(JSON.stringify(value).length).toBeLessThan(32_000);
    }
  });
});
