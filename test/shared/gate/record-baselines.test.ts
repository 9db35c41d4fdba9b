import { expect, test } from "vitest";
import type { WorkMessage } from "../../../src/shared/deliveries/delivery.ts";
import { renderCheck } from "../../../src/shared/gate/check-text.ts";
import { aiRepository } from "../../support/ai-repository.ts";
import { createKilledGate } from "../../support/killed-gate.ts";
import { baseSha, ref, repositoryId } from "../../support/memory-gate.ts";
import { scenarios } from "./reports.ts";

test("the check of a merged commit shows what is recorded: model versions, the datasets' digests and the seed", async () => {
  const suite = "evals/helper.yaml";
  const files = {
    ...aiRepository(),
    [suite]: aiRepository()[suite]?.replace("repeats: 1", "repeats: 1\nseed: 41") ?? "",
  };
  const { gate, play } = createKilledGate({ base: files, head: files }, { model: "gpt-4.1-mini-2025-04-14" });
  const push: WorkMessage = { kind: "delivery", repositoryId, deliveryId: "push" };
  const receivedAt = gate.clock.now().toISOString();
  const fact = { ...ref, deliveryId: "push", event: "push", action: "", wanted: true, headSha: baseSha, receivedAt };
  gate.deliveries.set("push", fact);
  await play([], push);

  const kept = await gate.ports.store.baselines.get(repositoryId, `helper:helper:${baseSha}`);
  expect(kept?.value).toMatchObject({ seed: 41, answeredBy: { "gpt-4.1-mini-2025-04-14": 40 }, commit: baseSha });
  const { datasetDigest = "", lineage } = kept?.value ?? {};
  expect(datasetDigest).toMatch(/^[0-9a-f]{64}$/);
  const [check] = gate.checks;
  expect(check?.name).toBe("assay / baseline");
  const row = "| `helper` on `helper` | `gpt-4.1-mini@2025-04-14` | gpt-4.1-mini-2025-04-14 |";
  expect(check?.text).toContain(`${row} \`${datasetDigest}\` | 41 | 1 |`);
  const blob = lineage?.files["evals/helper-cases.jsonl"];
  expect(blob).toBeDefined();
  expect(check?.text).toContain(`- \`evals/helper-cases.jsonl\`: \`${blob}\``);
});

test("no other check speaks of what is recorded", () => {
  expect(renderCheck(scenarios.pass()).text).not.toContain("Recorded:");
});
