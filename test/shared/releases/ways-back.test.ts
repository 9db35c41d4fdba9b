import { expect, test } from "vitest";
import type { ReleasePlan } from "../../../src/shared/releases/plan-release.ts";
import { waysBackOf } from "../../../src/shared/releases/promotion/ways-back.ts";
import type { Quarantine, ReleaseState, TargetState } from "../../../src/shared/releases/release-state.ts";
import type { Pointer, TargetPorts } from "../../../src/shared/releases/target-port.ts";

const pointer: Pointer = { kind: "prompt", digest: "a".repeat(64) };
const target = { id: "p", kind: "prompt" as const, alias: "hello" };
const plan = { steps: [{ target, after: pointer }] } as unknown as ReleasePlan;
const known = {
  targets: [{ ...target, current: "r1", epoch: 0 }] satisfies TargetState[],
  releases: [
    { releaseId: "r1", status: "verified", pointers: { "prompt:hello": pointer }, brought: ["bad"], before: {} },
  ] as unknown as ReleaseState[],
};
const quarantine: Quarantine = { digest: "bad", releaseId: "r1", at: "2026-11-21T08:00:00.000Z", reason: "errors" };
const ports = {
  prompt: { probe: async () => ({ kind: "answered", served: "it", asExpected: true, latencyMs: 1 }) },
} as unknown as TargetPorts;

test("a verified release is a way back once it is asked; one in quarantine is told as such, and none is none", async () => {
  expect(await waysBackOf(plan, { ...known, quarantined: [] }, ports)).toEqual([
    { releaseId: "r1", verified: true, quarantined: false, ready: "yes" },
  ]);
  expect(await waysBackOf(plan, { ...known, quarantined: [quarantine] }, ports)).toEqual([
    { releaseId: "r1", verified: true, quarantined: true, ready: "no" },
  ]);
  expect(await waysBackOf(plan, { targets: [], releases: [], quarantined: [quarantine] }, ports)).toEqual([]);
});
