import { expect, test } from "vitest";
import { configurationLines } from "../../../../src/shared/gate/reports/configuration-text.ts";
import { htmlReport } from "../../../../src/shared/gate/reports/html-report.ts";
import { textReport } from "../../../../src/shared/gate/reports/text-report.ts";
import { reportOf } from "../reports.ts";

const step = { id: "chat", kind: "deployment", alias: "chat", after: [], to: "chat--v3", unchanged: false };
const release = { name: "chat", path: "releases/chat.yaml", stage: "prod", commit: "c", digest: "0123456789abcdef" };
const routes = [
  { name: "support", kind: "changed" as const, changes: [{ place: "default.pick", base: "mini", head: "large" }] },
  { name: "old", kind: "removed" as const, changes: [{ place: "owner", base: "ada" }] },
];
const releases = [
  {
    ...release,
    kind: "changed" as const,
    steps: [
      { ...step, before: "chat--v2" },
      { ...step, id: "route", alias: "support", after: ["chat"], to: "9f2c41", unchanged: true },
    ],
    problems: ["releases/chat.yaml:6 There is no prompt `hello`. Name one."],
  },
  { ...release, name: "gone", kind: "removed" as const, steps: [], problems: [] },
];

const lines = [
  "route support: 1 change",
  "  default.pick: mini → large",
  "route old: removed",
  "release chat: 1 flip of 2 targets at prod, plan 0123456789ab",
  "  1. chat (deployment chat): chat--v2 → chat--v3",
  "  2. route (deployment support), after chat: serves 9f2c41 already",
  "  refused for now: releases/chat.yaml:6 There is no prompt `hello`. Name one.",
  "release gone: removed; nothing is flipped",
];

test("routes and releases in lines, none where neither changed", () => {
  expect(configurationLines({ routes, releases })).toEqual(lines);
  expect(configurationLines({})).toEqual([]);
});

test("the reports of a run have them", () => {
  const run = { kind: "compare" as const, subject: "main against this", line: "passes", notes: [], failing: [] };
  const report = reportOf([], { routes, releases });
  expect(textReport({ ...run, report })).toContain(lines.join("\n"));
  expect(htmlReport({ ...run, report })).toContain("1. chat (deployment chat): chat--v2 → chat--v3");
});

test("bad input: control characters of a file do not reach the terminal", () => {
  const changes = [{ place: "owner", base: "ada", head: "\u001b[2Jgrace" }];
  expect(configurationLines({ routes: [{ name: "x", kind: "changed", changes }] }).join()).not.toContain("\u001b");
});
