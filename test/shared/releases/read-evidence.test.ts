import { expect, test } from "vitest";
import { perform } from "../../../src/shared/gate/perform.ts";
import { readEvidence } from "../../../src/shared/releases/promotion/read-evidence.ts";
import { createMemoryGate, openedDelivery, repositoryId } from "../../support/memory-gate.ts";

test("evidence is what a gate ran at its head, with its verdict; what is not kept or not decided is none", async () => {
  const world = createMemoryGate();
  await perform(openedDelivery(world), world.ports);
  const [shard] = world.sent.filter(({ queue }) => queue === "shards");
  const gateId = shard && "gateId" in shard.message ? String(shard.message.gateId) : "";
  expect(gateId).not.toBe("");
  expect(await readEvidence(repositoryId, [gateId], world.ports)).toEqual([]);
  await world.ports.store.verdicts.insert(repositoryId, gateId, {
    ...{ gateId, conclusion: "success", verdict: "pass", title: "", decidedAt: "2026-11-21T08:00:00.000Z" },
  });
  const ran = [
    {
      suite: "helper",
      deployment: "gpt-4.1-mini",
      modelVersion: "2025-04-14",
      promptDigest: expect.stringMatching(/^\w{64}$/),
    },
  ];
  expect(await readEvidence(repositoryId, [gateId, "gone", gateId], world.ports)).toEqual([
    { runId: gateId, verdict: "pass", ran },
  ]);
  expect(await readEvidence(repositoryId, [`${gateId}:0h`], world.ports)).toMatchObject([
    { runId: `${gateId}:0h`, ran },
  ]);
  expect(await readEvidence(repositoryId, [`${gateId}:0b`, `${gateId}:7h`], world.ports)).toEqual([]);
});

test("who answered is read from the gate's report: what the manifest says of a deployment is no proof of its model", async () => {
  const world = createMemoryGate();
  const run = { runId: "g:0h", side: "head", suite: "s", prompt: "p", deployment: "chat-try", modelName: "gpt-4.1" };
  const figures = [
    { ...run, answeredBy: { "gpt-4.1-mini-2025-04-14": 3, "(not said)": 1 } },
    { ...run, side: "base", answeredBy: { "gpt-4o": 3 } },
  ];
  const verdict = { gateId: "g", conclusion: "success", verdict: "pass", title: "", decidedAt: "" };
  await world.ports.store.verdicts.insert(repositoryId, "g", verdict);
  await world.ports.store.plans.write(repositoryId, "gates/g/plan.json", JSON.parse(JSON.stringify({ runs: [run] })));
  const read = async () => JSON.parse(JSON.stringify({ figures }));
  const ran = { suite: "s", deployment: "chat-try", modelName: "gpt-4.1" };
  expect(await readEvidence(repositoryId, ["g"], { ...world.ports, reports: { read } })).toEqual([
    { runId: "g", verdict: "pass", ran: [{ ...ran, answeredBy: ["gpt-4.1-mini-2025-04-14"] }] },
  ]);
  expect(await readEvidence(repositoryId, ["g"], world.ports)).toMatchObject([{ ran: [ran] }]);
});
