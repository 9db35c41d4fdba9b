import { expect, test } from "vitest";
import type { ReleaseState, TargetState } from "../../../../src/shared/releases/release-state.ts";
import type { ReleaseStore } from "../../../../src/shared/releases/release-store.ts";
import type { Pointer } from "../../../../src/shared/releases/target-port.ts";
import { type ReadPorts, readTarget, watchedTargets } from "../../../../src/shared/releases/watch/read-windows.ts";
import { createManualClock } from "../../../support/manual-clock.ts";

const key = "deployment:chat";
const model = { format: "OpenAI", name: "gpt-4.1", version: "2025-04-14" };

function release(n: number): ReleaseState {
  const pointer: Pointer = { kind: "deployment", deployment: `chat--v${n}`, model };
  return {
    ...{ repositoryId: 7, repository: "acme/ai", name: "chat", stage: "prod", digest: "d", commit: "c", owner: "ada" },
    ...{ releaseId: `r${n}`, status: "watching", pointers: { [key]: pointer }, brought: [], atomic: false },
    watch: { mode: "act", minutes: 60, minimumSamples: 20, windows: { needed: 2, of: 3 }, rules: [] },
    ...{ before: n === 1 ? {} : { [key]: `r${n - 1}` }, standbyHours: 24 },
    ...{ createdAt: "2026-11-20T10:00:00.000Z", promotedAt: "2026-11-20T10:00:10.000Z" },
  };
}

/** One look, five minutes after the release, at what the arms are told to have answered a minute. */
async function lookAt(requests: Record<string, number>) {
  const target: TargetState = { id: "chat", kind: "deployment", alias: "chat", current: "r2", epoch: 1 };
  const store: Pick<ReleaseStore, "targets" | "release"> = {
    targets: async () => [target],
    release: async (_, id) => release(Number(id.slice(1))),
  };
  const ports: ReadPorts = {
    releases: store as ReleaseStore,
    clock: createManualClock("2026-11-20T10:05:30.000Z"),
    telemetryOf: () => ({ account: "account" }),
    costOf: () => undefined,
    telemetry: {
      windows: async ({ arms }, from) => ({
        windows: arms.map((arm) => ({
          ...{ arm, from: from.toISOString(), to: new Date(from.getTime() + 60_000).toISOString() },
          ...(requests[arm] === undefined ? {} : { requests: requests[arm] }),
        })),
        unread: [],
      }),
    },
    baselines: { read: async () => undefined, write: async () => {} },
  };
  const [watched] = await watchedTargets(release(2), ports);
  if (!watched) throw new Error("nothing is watched");
  return readTarget(release(2), watched, ports);
}

test("what served before is the arm beside it for as long as it is called", async () => {
  const both = await lookAt({ "chat--v2": 90, "chat--v1": 10 });
  expect(both).toMatchObject({ arm: "chat--v2", control: "chat--v1" });
  expect(both.windows.map(({ arm, requests }) => [arm, requests])).toEqual([
    ["chat--v2", 90],
    ["chat--v1", 10],
  ]);
});

test.each([{ "chat--v2": 90 }, { "chat--v2": 90, "chat--v1": 0 }])(
  "nothing is beside it where that is not called: %j",
  async (requests) => {
    const alone = await lookAt(requests);
    expect(alone.control).toBeUndefined();
    expect(alone.windows.map(({ arm }) => arm)).toEqual(["chat--v2"]);
  },
);
