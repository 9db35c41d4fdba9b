import { beforeEach, expect, test } from "vitest";
import type { ReleaseState } from "../../../../src/shared/releases/release-state.ts";
import type { ArmWindow } from "../../../../src/shared/releases/watch/arm-window.ts";
import { readBaseline } from "../../../../src/shared/releases/watch/read-baseline.ts";
import { createManualClock, type ManualClock } from "../../../support/manual-clock.ts";

const release: ReleaseState = {
  ...{ repositoryId: 7, repository: "acme/ai", releaseId: "r2", name: "chat", stage: "prod", digest: "d", commit: "c" },
  watch: { mode: "act", minutes: 60, minimumSamples: 20, windows: { needed: 2, of: 3 }, rules: [] },
  ...{ owner: "ada", status: "watching", pointers: {}, brought: [], before: {}, atomic: false, standbyHours: 24 },
  ...{ createdAt: "2026-11-20T10:00:00.000Z", promotedAt: "2026-11-20T10:00:10.000Z" },
};
const arms = ["chat--v1"];

let clock: ManualClock;
let reads: string[];
let kept: Map<string, ArmWindow[]>;
/** From when on anything is told. */
let history: string;
let unread: string[];
beforeEach(() => {
  clock = createManualClock("2026-11-20T16:05:30.000Z");
  reads = [];
  kept = new Map();
  history = "2026-11-01T00:00:00.000Z";
  unread = [];
});

const baseline = () =>
  readBaseline(
    release,
    "deployment:chat",
    { arms },
    {
      clock,
      telemetry: {
        windows: async (_, from, to) => {
          reads.push(`${from.toISOString().slice(5, 16)} to ${to.toISOString().slice(5, 16)}`);
          return { windows: windowsOf(from, to), unread };
        },
      },
      baselines: {
        read: async (_, key) => kept.get(key),
        write: async (_, key, windows) => void kept.set(key, [...windows]),
      },
    },
  );

function windowsOf(from: Date, to: Date): ArmWindow[] {
  return Array.from({ length: (to.getTime() - from.getTime()) / 60_000 }, (_, i) => {
    const [start = "", end = ""] = [i, i + 1].map((n) => new Date(from.getTime() + n * 60_000).toISOString());
    return { arm: "chat--v1", from: start, to: end, ...(start < history ? {} : { requests: 100, failed: 1 }) };
  });
}

const span = ({ windows }: { windows: ArmWindow[] }) => `${windows.at(0)?.from} to ${windows.at(-1)?.to}`;

test("what is usual is the same hour of the day before, read anew as the day goes on", async () => {
  expect(span(await baseline())).toBe("2026-11-19T15:30:00.000Z to 2026-11-19T16:45:00.000Z");
  await clock.advance(9 * 60_000);
  await baseline();
  expect(reads).toHaveLength(2);
  await clock.advance(60_000);
  expect(span(await baseline())).toBe("2026-11-19T15:45:00.000Z to 2026-11-19T17:00:00.000Z");
  expect(reads).toEqual(["11-19T15:30 to 11-19T16:45", "11-20T08:28 to 11-20T09:58", "11-19T15:45 to 11-19T17:00"]);
});

test("without that history it is the hour and a half before the release", async () => {
  history = "2026-11-20T00:00:00.000Z";
  expect(span(await baseline())).toBe("2026-11-20T08:28:00.000Z to 2026-11-20T09:58:00.000Z");
});

test("nothing from after the release is usual, however late it is looked at", async () => {
  clock = createManualClock("2026-11-21T09:59:30.000Z");
  expect(span(await baseline())).toBe("2026-11-20T09:15:00.000Z to 2026-11-20T09:58:00.000Z");
});

test("what could not be read is told, kept by nobody, and not replaced by another hour", async () => {
  unread = ["metrics: no answer in time"];
  history = "2026-11-20T00:00:00.000Z";
  expect(await baseline()).toMatchObject({ unread });
  expect(kept.size).toBe(0);
});

test("a target that nothing served before has none", async () => {
  const none = await readBaseline(
    release,
    "deployment:chat",
    { arms: [] },
    {
      clock,
      telemetry: { windows: () => Promise.reject(new Error("asked")) },
      baselines: { read: () => Promise.reject(new Error("asked")), write: async () => {} },
    },
  );
  expect(none).toEqual({ windows: [], unread: [] });
});
