import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type MonitorStandIn, startMonitor } from "../../../src/local/azure/monitor/start.ts";
import { armQuery } from "../../../src/shared/azure/log-windows.ts";
import { createMonitorTelemetry } from "../../../src/shared/azure/monitor-telemetry.ts";
import type { SettleTimes } from "../../../src/shared/releases/watch/arm-window.ts";
import type { Telemetry } from "../../../src/shared/releases/watch/telemetry.ts";

let monitor: MonitorStandIn;
let telemetry: Telemetry;
const account = "/subscriptions/s/resourceGroups/g/providers/Microsoft.CognitiveServices/accounts/a";
const at = (minute: number) => new Date(Date.UTC(2026, 5, 1, 10, minute)).toISOString();
const window = (minute: number, arm = "chat--v2") => ({ arm, from: at(minute), to: at(minute + 1) });

function telemetryWith(timeoutMs: number, more: { settlesAfter?: SettleTimes } = {}): Telemetry {
  return createMonitorTelemetry({
    ...more,
    metricsUrl: monitor.url,
    logsUrl: monitor.url,
    credential: { getToken: () => Promise.reject(new Error("a token would go over an open wire")) },
    clock: { now: () => new Date(Date.UTC(2026, 5, 1, 10, 10, 30)), sleep: async () => undefined },
    timeoutMs,
  });
}

beforeAll(async () => {
  monitor = await startMonitor({ port: 0 });
  telemetry = telemetryWith(20_000);
});
afterAll(() => monitor.stop());
afterEach(async () => {
  for (const what of ["minutes", "faults"]) await fetch(`${monitor.url}/_standin/${what}`, { method: "DELETE" });
});

const costOf = (arm: string, { input, output }: { input: number; output: number }) =>
  arm === "dear" ? undefined : 100 * input + 400 * output;
const ask = (minutes: [number, number], more: object = {}, by = telemetry) =>
  by.windows(
    { account, workspace: "w", arms: ["chat--v2"], costOf, ...more },
    new Date(at(minutes[0])),
    new Date(at(minutes[1])),
  );

test("documents are asked for among all spans of the callers, a route's by its name", () => {
  const route = armQuery({ document: { kind: "route", name: "chat" } });
  expect(route).toContain("union AppDependencies, AppRequests\n");
  expect(route).toContain('startswith_cs "chat@"');
  expect(route).toContain('extract("@([0-9a-f]{64})/", 1, tostring(Properties["assay.decision"]))');
  expect(armQuery({ document: { kind: "prompt", name: "helper" } })).toContain('Properties["assay.prompt.digest"]');
  for (const query of [route, armQuery({}), armQuery({ agent: "helper" })])
    expect(query).toContain("\n| where isnotempty(arm)\n");
  expect(armQuery({ agent: "helper" })).toContain('tostring(Properties["gen_ai.agent.name"]) == "helper"');
});

describe("what is told", () => {
  test("requests by status code, mean latency and rejections of metrics; p95 and cost of spans, for all requests", async () => {
    await monitor.push([
      {
        arm: "chat--v2",
        at: at(3),
        in: "metrics",
        codes: { 200: 90, 429: 4, 500: 5, 400: 1 },
        meanMs: 800,
        blocked: 2,
      },
      { arm: "chat--v2", at: at(3), in: "logs", codes: { 200: 50 }, p95Ms: 1900, inputTokens: 1000, outputTokens: 10 },
    ]);
    const told = { requests: 100, failed: 6, throttled: 4, latencyMeanMs: 800, safetyBlocked: 2 };
    expect(await ask([3, 4])).toEqual({
      windows: [{ ...window(3), ...told, latencyP95Ms: 1900, costNanoUsd: 208_000 }],
      unread: [],
    });
  });

  test("no minute whose data are still arriving, and how long that takes is a setting", async () => {
    await monitor.push([8, 9].map((minute) => ({ arm: "chat--v2", at: at(minute), codes: { 200: 10 }, p95Ms: 100 })));
    const told = async (by: Telemetry) =>
      (await ask([8, 10], {}, by)).windows.map(({ from, requests, latencyP95Ms }) => [from, requests, latencyP95Ms]);
    // It is half a minute past ten past ten.
    expect(await told(telemetry)).toEqual([[at(8), 10, undefined]]);
    const sooner = telemetryWith(20_000, { settlesAfter: { metrics: 5_000, logs: 60_000 } });
    expect(await told(sooner)).toEqual([
      [at(8), 10, 100],
      [at(9), 10, undefined],
    ]);
  });

  test("a minute without points keeps only its times; a status without a point in a minute that has some is zero", async () => {
    await monitor.push([
      { arm: "chat--v2", at: at(2), codes: { 200: 7 } },
      { arm: "chat--v2", at: at(4), codes: { 500: 3 } },
    ]);
    const { windows } = await ask([1, 5], { workspace: undefined });
    const counts = { requests: 7, failed: 0, throttled: 0 };
    expect(windows).toEqual([
      window(1),
      { ...window(2), ...counts },
      window(3),
      { ...window(4), requests: 3, failed: 3, throttled: 0 },
    ]);
  });

  test("metrics end a minute ago, logs two", async () => {
    const minutes = [7, 8, 9].map((minute) => ({ arm: "chat--v2", at: at(minute), codes: { 200: 9 }, p95Ms: 100 }));
    await monitor.push(minutes);
    const { windows } = await ask([7, 10]);
    expect(windows.map(({ from, requests, latencyP95Ms }) => [from, requests, latencyP95Ms])).toEqual([
      [at(7), 9, 100],
      [at(8), 9, undefined],
    ]);
  });

  test("a served document's arms are its digests, by the spans that name them; a deployment's do not count as one", async () => {
    const digest = "a".repeat(64);
    const common = { at: at(1), in: "logs" as const };
    await monitor.push([
      { ...common, arm: digest, document: "prompt", codes: { 200: 9, 500: 1 }, p95Ms: 300 },
      { ...common, arm: digest, document: "route", codes: { 200: 5 } },
      { ...common, arm: digest, codes: { 500: 99 } },
    ]);
    const of = async (kind: "prompt" | "route") =>
      (await ask([1, 2], { account: undefined, document: { kind, name: "helper" }, arms: [digest], costOf: undefined }))
        .windows;
    const none = { throttled: 0, safetyBlocked: 0 };
    expect(await of("prompt")).toEqual([{ ...window(1, digest), ...none, requests: 10, failed: 1, latencyP95Ms: 300 }]);
    expect(await of("route")).toEqual([{ ...window(1, digest), ...none, requests: 5, failed: 0 }]);
  });

  test("an agent's arms are its versions, from spans alone, and an unknown price leaves the cost out", async () => {
    await monitor.push([
      {
        arm: "3",
        agent: "helper",
        at: at(1),
        in: "logs",
        codes: { 200: 8, 500: 2, 429: 1 },
        inputTokens: 5,
        outputTokens: 0,
      },
      { arm: "3", agent: "other", at: at(1), in: "logs", codes: { 200: 99 } },
    ]);
    const { windows } = await ask([1, 2], { account: undefined, agent: "helper", arms: ["3", "4"] });
    const counts = { requests: 11, failed: 2, throttled: 1, safetyBlocked: 0, costNanoUsd: 688 };
    expect(windows).toEqual([{ ...window(1, "3"), ...counts }, window(1, "4")]);
    await monitor.push([{ arm: "dear", at: at(1), in: "logs", codes: { 200: 8 }, inputTokens: 5 }]);
    const dear = await ask([1, 2], { account: undefined, arms: ["dear"] });
    expect(dear.windows[0]).not.toHaveProperty("costNanoUsd");
  });

  test("more than ten series are read, for `top` is always sent", async () => {
    const codes = Object.fromEntries(Array.from({ length: 14 }, (_, i) => [400 + i, 1]));
    await monitor.push([{ arm: "chat--v2", at: at(1), codes }]);
    expect((await ask([1, 2])).windows[0]).toMatchObject({ requests: 14, failed: 14 });
  });

  test("as many series as were asked for are an alarm", async () => {
    await monitor.push(Array.from({ length: 1001 }, (_, i) => ({ arm: `a${i}`, at: at(1), codes: { 200: 1 } })));
    expect((await ask([1, 2])).unread).toEqual([
      "metrics: ModelRequests has 1000 series or more, and others may be missing",
    ]);
  });
});

describe("counts come from one source, so that two ways to count are never compared", () => {
  const both = () =>
    monitor.push([
      { arm: "chat--v2", at: at(1), codes: { 200: 30 }, p95Ms: 100 },
      { arm: "chat--v2", at: at(2), in: "logs", codes: { 200: 20, 500: 10 }, p95Ms: 100 },
    ]);

  test("a minute that metrics do not tell has no counts where they tell others", async () => {
    await both();
    expect((await ask([1, 3])).windows[1]).toEqual({ ...window(2), latencyP95Ms: 100 });
    expect((await ask([1, 3], { account: undefined })).windows[1]).toMatchObject({ requests: 30, failed: 10 });
    // Of an arm that metrics do not know, such as an agent's version, spans tell all.
    expect((await ask([2, 3])).windows[0]).toMatchObject({ requests: 30, failed: 10 });
  });

  test("none is told while metrics cannot be read", async () => {
    await both();
    await monitor.fail({ of: "metrics", kind: "forbidden", count: 2 });
    expect(await ask([1, 3])).toEqual({
      windows: [1, 2].map((minute) => ({ ...window(minute), latencyP95Ms: 100 })),
      unread: [expect.stringContaining("metrics: 403")],
    });
  });
});

describe("what cannot be read", () => {
  const push = () => monitor.push([{ arm: "chat--v2", at: at(1), codes: { 200: 30 }, p95Ms: 100 }]);

  test("logs that answer in part are unread, and none of their rows counts; metrics stand", async () => {
    await push();
    await monitor.fail({ of: "logs", kind: "partialFailure" });
    const { windows, unread } = await ask([1, 2]);
    expect(windows).toEqual([{ ...window(1), requests: 30, failed: 0, throttled: 0 }]);
    expect(unread).toEqual([expect.stringMatching(/^logs: PartialFailure: There were some errors/)]);
  });

  test("204 and empty series are no evidence, and no error", async () => {
    await push();
    await monitor.fail({ of: "logs", kind: "noContent" });
    await monitor.fail({ of: "metrics", kind: "empty", count: 2 });
    expect(await ask([1, 2])).toEqual({ windows: [window(1)], unread: [] });
  });

  test.each([
    ["timeout", "logs: 504 "],
    ["throttled", "logs: 429 "],
    ["forbidden", "logs: 403: the app's identity may not read them (a new role may take an hour)"],
  ] as const)("%s is told", async (kind, says) => {
    await push();
    await monitor.fail({ of: "logs", kind, count: 2, retryAfter: 0 });
    const { windows, unread } = await ask([1, 2]);
    expect(windows[0]).toMatchObject({ requests: 30 });
    expect(unread).toEqual([expect.stringContaining(says)]);
  });

  test("a refusal that passes is asked again", async () => {
    await push();
    await monitor.fail({ of: "logs", kind: "throttled", retryAfter: 0 });
    expect(await ask([1, 2])).toMatchObject({ windows: [{ latencyP95Ms: 100 }], unread: [] });
  });

  test("the app's own time limit holds", async () => {
    await push();
    await monitor.fail({ of: "logs", kind: "slow", ms: 60_000 });
    const { unread } = await ask([1, 2], { account: undefined }, telemetryWith(300));
    expect(unread).toEqual(["logs: no answer in time"]);
  });
});
