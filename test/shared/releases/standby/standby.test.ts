import { describe, expect, test } from "vitest";
import type { HeldDeployment } from "../../../../src/shared/releases/deployments.ts";
import { heldRefusals } from "../../../../src/shared/releases/standby/held-refusals.ts";
import { isHot, isLookDue } from "../../../../src/shared/releases/standby/is-hot.ts";
import { peakInCapacity } from "../../../../src/shared/releases/standby/load.ts";
import {
  type Candidate,
  endedStandby,
  nextStandby,
  type Standby,
  untold,
} from "../../../../src/shared/releases/standby/standby.ts";
import { release } from "../tell/told-facts.ts";

const everyMs = 300_000;
const at = (minute: number) => new Date(Date.UTC(2026, 10, 20, 10, minute));
const no = (releaseId = "r1"): Candidate => ({ releaseId, ready: "no", reasons: ["chat--v1 does not exist"] });
const unknown: Candidate = { releaseId: "r1", ready: "unknown", reasons: ["throttled"] };
const yes = (releaseId = "r1"): Candidate => ({ releaseId, ready: "yes", reasons: [] });
const look = (...candidates: Candidate[]) => ({ candidates, peaks: {} });
const next = (known: Standby | undefined, minute: number, ...candidates: Candidate[]) =>
  nextStandby(known, look(...candidates), at(minute), everyMs);

describe("what a look makes of a way back", () => {
  test("one that cannot serve is lost at once, told once, and found again by a call alone", () => {
    const lost = next(undefined, 0, no());
    expect(lost).toMatchObject({ lostSince: at(0).toISOString(), problems: ["r1: chat--v1 does not exist"] });
    expect(untold(lost)).toBe("lost");
    const told = { ...lost, told: at(0).toISOString() };
    const still = next(told, 5, no());
    expect(still.lostSince).toBe(at(0).toISOString());
    expect(untold(still)).toBeUndefined();
    expect(next(still, 10, unknown).lostSince).toBe(at(0).toISOString());
    const found = next(still, 15, yes());
    expect(found).toMatchObject({ wayBack: "r1", problems: [] });
    expect(found.lostSince).toBeUndefined();
    expect(untold(found)).toBe("found");
  });

  test("no evidence is neither yes nor no; the third look in a row without any is told", () => {
    const first = next(undefined, 0, unknown);
    expect(first.lostSince).toBeUndefined();
    const second = next(first, 5, unknown);
    expect([second.lostSince, second.unknownSince]).toEqual([undefined, at(0).toISOString()]);
    expect(next(second, 10, unknown)).toMatchObject({ lostSince: at(10).toISOString(), problems: ["r1: throttled"] });
    const answered = next(second, 10, yes());
    expect([answered.lostSince, answered.unknownSince]).toEqual([undefined, undefined]);
  });

  test("an older release that can serve is a way back, and what speaks against the newer one is shown", () => {
    const found = next(undefined, 0, no("r2"), yes("r1"));
    expect(found).toMatchObject({ wayBack: "r1", problems: ["r2: chat--v1 does not exist"] });
    expect(untold(found)).toBeUndefined();
  });

  test("what its owner declared to have no way back is not lost; what went into quarantine is", () => {
    expect(untold(next(undefined, 0))).toBeUndefined();
    const lost = "r1: what it brought is in quarantine";
    const quarantined = nextStandby(undefined, { candidates: [], peaks: {}, lost }, at(0), everyMs);
    expect(quarantined).toMatchObject({ lostSince: at(0).toISOString(), problems: [lost] });
  });

  test("the highest peak stays known", () => {
    const first = nextStandby(undefined, { candidates: [yes()], peaks: { "deployment:chat": 40 } }, at(0), everyMs);
    expect(next(first, 5, yes()).peaks).toEqual({ "deployment:chat": 40 });
    expect(endedStandby({ ...first, told: "t", lostSince: "t" }, at(9))).toMatchObject({ problems: [], told: "t" });
  });
});

describe("when a way back is looked at", () => {
  const hotUntil = at(30).toISOString();
  const own = (change: object = {}) => release("r2", { status: "verified", hotUntil, ...change });
  const serving = [{ id: "chat", kind: "deployment" as const, alias: "chat", epoch: 1, current: "r2" }];

  test("while it is hot, every five minutes; and for as long as the release is not verified", () => {
    expect(isLookDue(own(), serving, at(0), everyMs)).toBe(true);
    const standby = next(undefined, 0, yes());
    expect(isLookDue(own({ standby }), serving, at(4), everyMs)).toBe(false);
    expect(isLookDue(own({ standby }), serving, at(5), everyMs)).toBe(true);
    expect(isHot(own(), serving, at(30))).toBe(false);
    expect(isHot(own({ status: "watching" }), serving, at(59))).toBe(true);
  });

  test("not of a release that serves nothing or was never promoted, but once more where people were told", () => {
    expect(isLookDue(own(), [], at(0), everyMs)).toBe(false);
    expect(isLookDue(own({ hotUntil: undefined }), serving, at(0), everyMs)).toBe(false);
    const standby = { ...next(undefined, 0, no()), told: at(0).toISOString() };
    expect(isLookDue(own({ standby }), [], at(1), everyMs)).toBe(true);
    expect(isLookDue(own({ standby: next(undefined, 0, yes()) }), [], at(9), everyMs)).toBe(false);
  });

  test("what people have not heard of yet is tried with the next minute", () => {
    expect(isLookDue(own({ standby: next(undefined, 0, no()) }), serving, at(1), everyMs)).toBe(true);
  });
});

const model = { format: "OpenAI", name: "gpt-4.1", version: "2025-04-14" };
const pointer = { kind: "deployment" as const, deployment: "chat--v1", model };
const held: HeldDeployment = {
  ...{ name: "chat--v1", model, sku: { name: "GlobalStandard", capacity: 60 }, raiPolicyName: undefined, tags: {} },
  ...{ versionUpgradeOption: "NoAutoUpgrade", provisioningState: "Succeeded", etag: undefined },
};

describe("what an account says of a deployment that stands by", () => {
  test.each([
    ["is as it was released", held, 50, "yes", undefined],
    ["nothing was observed", held, undefined, "yes", undefined],
    ["is gone", undefined, 50, "no", "does not exist"],
    ["failed", { ...held, provisioningState: "Failed" }, 50, "no", "is Failed"],
    ["is being changed", { ...held, provisioningState: "Updating" }, 50, "unknown", "is Updating"],
    [
      "was lowered",
      { ...held, sku: { ...held.sku, capacity: 59 } },
      50,
      "no",
      "capacity of 59, and the peak × 1.2 is 60",
    ],
    ["was edited", { ...held, model: { ...model, version: "2026-01-01" } }, 50, "no", "holds gpt-4.1 2026-01-01"],
  ] as const)("%s", (_, found, peak, ready, reason) => {
    const said = heldRefusals(pointer, found, peak);
    expect(said.ready).toBe(ready);
    expect(said.reasons.join()).toContain(reason ?? "");
    expect(said.reasons).toHaveLength(reason === undefined ? 0 : 1);
  });
});

test("a peak is counted as the SKU counts: thousands of tokens a minute, or provisioned units", () => {
  expect(peakInCapacity({ tokens: 41_500 }, { name: "GlobalStandard", capacity: 60 })).toBe(41.5);
  expect(peakInCapacity({ tokens: 41_500, utilization: 80 }, { name: "ProvisionedManaged", capacity: 50 })).toBe(40);
  expect(peakInCapacity({ utilization: 80 }, { name: "Standard", capacity: 60 })).toBeUndefined();
  expect(peakInCapacity({}, { name: "ProvisionedManaged", capacity: 60 })).toBeUndefined();
});
