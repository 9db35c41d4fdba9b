import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { alertPayload } from "../../../src/local/story/release/alert-payload.ts";
import { alertRules } from "../../../src/local/story/release/story-faults.ts";
import { findTarget } from "../../../src/shared/releases/alerts/find-target.ts";
import { normaliseAlert } from "../../../src/shared/releases/alerts/normalise-alert.ts";
import { whyNeverActedOn } from "../../../src/shared/releases/alerts/why-never-acted-on.ts";

const firedAt = "2026-11-21T10:01:06.000Z";
const fired = (rule: (typeof alertRules)[number]) =>
  alertPayload({
    ...{ rule, deployment: "chat--v2", value: 90, firedAt, condition: "Fired" },
    ...{ from: "2026-11-21T10:00:00.000Z", to: "2026-11-21T10:01:00.000Z" },
  });
const served = {
  ...{ repositoryId: 1, target: "chat", stage: "prod", release: "support-1", promotedAt: "2026-11-21T09:59:00.000Z" },
  ...{ arms: ["chat--v2"], standby: ["chat--v1"] },
};

test.each(alertRules)("$name: the app reads what the simulated action group posts, and finds the release", (rule) => {
  const alert = normaliseAlert(fired(rule), { source: "webhook", receivedAt: firedAt, raw: "r" });
  expect(alert).toMatchObject({ kind: "metric", condition: "Fired", isTest: false, severity: 1, ruleName: rule.name });
  expect(whyNeverActedOn(alert, new Date(firedAt))).toBeUndefined();
  expect(findTarget(alert, [served])).toEqual({ served, arm: "current" });
});

const sample = path.join(process.env.ASSAY_DATA ?? "../shared/data", "alerts/syn-foundry-metric-fired.json");
test("has the fields of a documented payload of its kind", ({ skip }) => {
  let text = "";
  try {
    text = readFileSync(sample, "utf8");
  } catch {
    skip("no payloads beside the project");
  }
  const [rule] = alertRules;
  expect(fieldsOf(rule && fired(rule))).toEqual(expect.arrayContaining(fieldsOf(JSON.parse(text))));
});

/** But for what somebody calls a rule's custom properties. */
function fieldsOf(value: unknown, under = ""): string[] {
  if (typeof value !== "object" || value === null) return [under];
  const entries = Array.isArray(value) ? value.map((one) => ["[]", one] as const) : Object.entries(value);
  return [...new Set(entries.flatMap(([key, inner]) => fieldsOf(inner, `${under}.${key}`)))].filter(
    (field) => !/roperties\./.test(field),
  );
}
