import { expect, test } from "vitest";
import type { ReleaseQueue } from "../../../src/shared/releases/release-message.ts";
import type { ReleaseState } from "../../../src/shared/releases/release-state.ts";
import type { ReleaseStore } from "../../../src/shared/releases/release-store.ts";
import { everyMinuteOfReleases } from "../../../src/shared/releases/timers.ts";
import { createManualClock } from "../../support/manual-clock.ts";

test("looks at releases go to a queue of their own and not on top of the last minute's, so that no rollback waits for telemetry", async () => {
  const clock = createManualClock();
  const ago = (hours: number) => new Date(clock.now().getTime() - hours * 3600_000).toISOString();
  const rows: Partial<ReleaseState>[] = [
    { releaseId: "young", status: "watching", promotedAt: ago(1) },
    { releaseId: "verified", status: "verified", promotedAt: ago(23), hotUntil: ago(-1) },
    { releaseId: "its day is over", status: "watching", promotedAt: ago(25) },
    { releaseId: "was told of", status: "watching", promotedAt: ago(26), reason: "it was never called healthy" },
    { releaseId: "old", status: "verified", promotedAt: ago(25) },
    { releaseId: "on its way", status: "promoting" },
    { releaseId: "cold", status: "verified", promotedAt: ago(25), hotUntil: ago(1) },
    {
      ...{ releaseId: "looked at", status: "verified", promotedAt: ago(25), hotUntil: ago(-1) },
      standby: { lookedAt: ago(1 / 15), problems: [], peaks: {} },
    },
  ];
  const releases = {
    repositories: async () => [{ repositoryId: 7, repository: "acme/ai" }],
    open: async () => ["rollback-r2"],
    releases: async () => rows,
    targets: async () => [{ current: "verified" }, { current: "cold" }, { current: "looked at" }],
  } as unknown as ReleaseStore;
  const sent: unknown[] = [];
  const queue: ReleaseQueue = {
    release: async (message) => void sent.push(["releases", message.kind]),
    alert: async () => expect.fail("the timer hears of no alert"),
    watch: async (message, keepMs) =>
      void sent.push([message.kind, "releaseId" in message && message.releaseId, keepMs]),
  };
  await everyMinuteOfReleases({ releases, queue, standbyMs: 300_000, clock });
  expect(sent).toEqual([
    ["releases", "operation"],
    ["observe", "young", 60_000],
    ["observe", "verified", 60_000],
    ["standby", "verified", 60_000],
    ["observe", "its day is over", 60_000],
  ]);
});
