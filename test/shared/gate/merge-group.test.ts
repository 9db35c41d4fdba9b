import { beforeEach, expect, test } from "vitest";
import type { Delivery } from "../../../src/shared/deliveries/delivery.ts";
import { perform } from "../../../src/shared/gate/perform.ts";
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
