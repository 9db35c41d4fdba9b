import { beforeEach, describe, expect, test } from "vitest";
import type { Delivery } from "../../../src/shared/deliveries/delivery.ts";
import { perform } from "../../../src/shared/gate/perform.ts";
import { nextPullState } from "../../../src/shared/gate/pull-state.ts";
import { createMemoryGate, headSha, type MemoryGate, ref, repositoryId } from "../../support/memory-gate.ts";

let gate: MemoryGate;
beforeEach(() => {
  gate = createMemoryGate();
  // The group's commit is no pull request's head.
  gate.pull.headSha = "c".repeat(40);
});

async function deliver(deliveryId: string, facts: Pick<Delivery, "event"> & Partial<Delivery>): Promise<void> {
  const receivedAt = gate.clock.now().toISOString();
  gate.deliveries.set(deliveryId, { deliveryId, ...ref, wanted: true, headSha, receivedAt, ...facts });
  await perform({ kind: "delivery", repositoryId, deliveryId }, gate.ports);
}

const first = `group-${headSha.slice(0, 16)}`;
const rerequested = { event: "check_run", action: "rerequested", checkName: "assay / gate", appId: 1 } as const;
const gateAt = async (gateId: string) => (await gate.ports.store.gates.get(repositoryId, gateId))?.value;

async function conclude(gateId: string): Promise<void> {
  const stored = await gate.ports.store.gates.get(repositoryId, gateId);
  if (!stored) throw new Error(`no gate ${gateId}`);
  await gate.ports.store.gates.replace(repositoryId, gateId, stored, { ...stored.value, stage: "concluded" });
  await gate.ports.store.active.remove(repositoryId, gateId);
}

test("the re-run button on a merge group's check asks again, against the same base", async () => {
  await deliver("d1", { event: "merge_group", action: "checks_requested", baseSha: gate.pull.baseSha });
  await conclude(first);
  await deliver("rerun-0001", rerequested);
  expect(await gateAt(`${first}-rerun-00`)).toMatchObject({
    kind: "mergeGroup",
    stage: "running",
    headSha,
    baseSha: gate.pull.baseSha,
  });
  expect(gate.checks).toMatchObject([{ headSha, externalId: `${first}-rerun-00` }]);
});

test("while the gate is under way it changes nothing", async () => {
  await deliver("d1", { event: "merge_group", action: "checks_requested", baseSha: gate.pull.baseSha });
  await deliver("rerun-0001", rerequested);
  expect(await gateAt(`${first}-rerun-00`)).toBeUndefined();
});

test("a group that is gone ends the gate that was asked for again", async () => {
  await deliver("d1", { event: "merge_group", action: "checks_requested", baseSha: gate.pull.baseSha });
  await conclude(first);
  await deliver("rerun-0001", rerequested);
  await deliver("d3", { event: "merge_group", action: "destroyed" });
  expect(await gateAt(`${first}-rerun-00`)).toMatchObject({ stage: "superseded" });
  expect(gate.checks).toMatchObject([{ conclusion: "cancelled" }]);
});

describe("a fork's pull request in a merge group", () => {
  const forked = () => {
    // The pull request's own head, not the group's.
    gate.pull.fork = true;
    return `refs/heads/gh-readonly-queue/main/pr-3-${gate.pull.baseSha}`;
  };
  const request = (deliveryId: string, headRef?: string) =>
    deliver(deliveryId, {
      event: "merge_group",
      action: "checks_requested",
      baseSha: gate.pull.baseSha,
      ...(headRef ? { ref: headRef } : {}),
    });
  const allow = async () => {
    const cause = { kind: "okToTest", id: "c1", sha: gate.pull.headSha, by: "ada" } as const;
    await gate.ports.store.pulls.insert(repositoryId, "pull:3", nextPullState(undefined, gate.pull, cause).state);
  };
  const waits = () =>
    expect(gate.checks).toMatchObject([
      {
        headSha,
        conclusion: "action_required",
        title: "Waiting: a writer must allow #3, which comes from a fork",
        summary: expect.stringContaining(`on #3: \`/ok-to-test ${gate.pull.headSha}\``),
      },
    ]);

  test("that nobody allowed waits, named by the queue's branch; no shard is sent, and no timer takes it up", async () => {
    await request("d1", forked());
    waits();
    expect(gate.sent.filter(({ queue }) => queue === "shards")).toEqual([]);
    expect(await gate.ports.store.active.list(repositoryId, "group-")).toEqual([]);
  });

  test.each([
    ["its commit", () => gate.groupCommits.push({ sha: gate.pull.headSha, message: "words" })],
    [
      "the number in a squashed commit's title",
      () => gate.groupCommits.push({ sha: "d1", message: "Words (#3)\n\nmore" }),
    ],
    [
      "what GitHub knows of a rebased commit",
      () => {
        gate.groupCommits.push({ sha: "d2", message: "words" });
        gate.pullsOfCommits.set("d2", [3]);
      },
    ],
  ])("before others of its group is found by %s", async (_, place) => {
    forked();
    place();
    await request("d1", `refs/heads/gh-readonly-queue/main/pr-9-${gate.pull.baseSha}`);
    waits();
  });

  test("that is open and in no way part of the group holds nothing up", async () => {
    forked();
    gate.groupCommits.push({ sha: "d3", message: "Words (#30)\n\nas in #3" });
    await request("d1", `refs/heads/gh-readonly-queue/main/pr-9-${gate.pull.baseSha}`);
    expect(await gateAt(first)).toMatchObject({ stage: "running" });
  });

  test("runs by the re-run button once a writer has allowed its head, and not before", async () => {
    await request("d1", forked());
    await deliver("rerun-0001", rerequested);
    waits();
    await allow();
    await deliver("rerun-0002", rerequested);
    expect(await gateAt(first)).toMatchObject({ stage: "running" });
    expect(gate.checks[0]).toMatchObject({ status: "in_progress" });
  });

  test("that a writer allowed before is part of the group as any other", async () => {
    const headRef = forked();
    await allow();
    await request("d1", headRef);
    expect(await gateAt(first)).toMatchObject({ stage: "running" });
  });
});
