import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { findTarget } from "../../src/shared/releases/alerts/find-target.ts";
import { whyNeverActedOn } from "../../src/shared/releases/alerts/why-never-acted-on.ts";
import { settingDefinitions } from "../../src/shared/settings/setting-definitions.ts";
import { alertOn, served } from "../shared/releases/alerts/memory-alerts.ts";

const root = path.resolve(import.meta.dirname, "../..");
const bicep = readFileSync(path.join(root, "infra/modules/alerts.bicep"), "utf8");
const main = readFileSync(path.join(root, "infra/main.bicep"), "utf8");

test("the action group calls the app's own route with a token, in the common schema", () => {
  expect(bicep).toMatch(/useAadAuth: true/);
  expect(bicep).toMatch(/useCommonAlertSchema: true/);
  expect(main).toMatch(/alertsUrl: 'https:\/\/\$\{app\.outputs\.hostName\}\/api\/alerts'/);
  expect(readFileSync(path.join(root, "src/functions/alerts.ts"), "utf8")).toContain('route: "alerts"');
});

test("what the rules say of themselves and of an arm is what the app acts on", () => {
  const [, policy = ""] = /^var known = \{ policy: '(\w+)' \}$/m.exec(bicep) ?? [];
  expect(bicep.match(/(webHookProperties|customProperties): known/g)).toHaveLength(2);
  const dimensions = [...bicep.matchAll(/\{ name: '(\w+)', operator: 'Include', values: \['\*'\] \}/g)].map(
    ([, name = ""]) => name,
  );
  expect(dimensions).toHaveLength(2);
  for (const name of dimensions) {
    const alert = alertOn("", { custom: { policy }, dims: { [name]: "chat--v43" } });
    expect(whyNeverActedOn(alert, new Date(alert.firedAt))).toBe(undefined);
    expect(findTarget(alert, [served("chat")])).toMatchObject({ arm: "current" });
  }
});

test("no rule is named as a test is", () => {
  const names = [...bicep.matchAll(/rule: '([\w-]+)'/g)].map(([, name = ""]) => `assay-x-${name}`);
  expect(names.length).toBeGreaterThan(3);
  expect(names.filter((name) => name.startsWith("test-"))).toEqual([]);
});

test("nothing of what a token must say can be switched off, and the caller is Azure Monitor's", () => {
  const own = settingDefinitions.filter(({ name }) => /TOKEN|ALERT/.test(name)).map(({ name }) => name);
  expect(own).toEqual(["ASSAY_TOKEN_TENANT", "ASSAY_TOKEN_AUDIENCE", "ASSAY_TOKEN_ISSUER", "ASSAY_ALERT_CALLER"]);
  const app = readFileSync(path.join(root, "infra/modules/function-app.bicep"), "utf8");
  expect(app).toContain("ASSAY_ALERT_CALLER: '461e8683-5575-4561-ac7f-899cc907d62a'");
  expect(app).toContain("ASSAY_TOKEN_ISSUER: ''");
  expect(main).toContain("tokenTenant: tenant().tenantId");
});
