import { describe, expect, test } from "vitest";
import { concludeGate } from "../../../src/shared/gate/conclude-gate.ts";
import { perform } from "../../../src/shared/gate/perform.ts";
import { runGateShard } from "../../../src/shared/gate/run-gate-shard.ts";
import { aiRepository, promptFile } from "../../support/ai-repository.ts";
import { createMemoryGate, type MemoryGate, openedDelivery, repositoryId } from "../../support/memory-gate.ts";

const policy = (caps: string) => ({ "assay.yaml": `schema: assay/policy/v1\n${caps}` });

/** A pull request from its opening to its verdict, under a policy. */
async function play(caps: string, model = "gpt-4.1-mini@2025-04-14"): Promise<{ gate: MemoryGate; shown: string[] }> {
  const prompt = (mode: string) => ({
    "prompts/helper.prompt.md": promptFile(mode).replace("gpt-4.1-mini@2025-04-14", model),
  });
  const base = { ...aiRepository(), ...policy(caps), ...prompt("good") };
  const gate = createMemoryGate({ base, head: { ...base, ...prompt("good, kindly") } });
  const shown: string[] = [];
  const open = gate.ports.open;
  gate.ports.open = async (ref) => {
    const host = await open(ref);
    const { update } = host.checks;
    return {
      ...host,
      checks: {
        ...host.checks,
        update: async (id, content) => {
          shown.push(content.summary ?? "");
          return update(id, content);
        },
      },
    };
  };
  await perform(openedDelivery(gate), gate.ports);
  const gateId = (await gate.ports.store.pulls.get(repositoryId, "pull:3"))?.value.gateId ?? "";
  for (const { queue, message } of gate.sent.splice(0)) {
    if (queue !== "shards") continue;
    const { shardId } = message as { shardId: string };
    await runGateShard({ repositoryId, gateId, shardId }, `w-${shardId}`, gate.ports);
  }
  await concludeGate({ repositoryId, gateId }, gate.ports);
  return { gate, shown };
}

async function rows({ ports }: MemoryGate) {
  const gateId = (await ports.store.pulls.get(repositoryId, "pull:3"))?.value.gateId ?? "";
  return ports.store.shards.list(repositoryId, `${gateId}:`);
}

describe("caps of the policy", () => {
  test.each([
    ["a run", "caps: { maxCostUsdPerRun: 0.05 }"],
    ["a day", "caps: { maxCostUsdPerDay: 0.05 }"],
  ])("for %s end a gate cleanly as not evaluated, with the cap named and what ran kept", async (what, caps) => {
    const { gate } = await play(caps);
    expect(gate.checks).toMatchObject([{ conclusion: "action_required" }]);
    expect(gate.comments[0]?.body).toContain(`the cap of $0.05 for ${what} leaves no room for another call`);
    const shards = await rows(gate);
    const calls = shards.reduce((sum, row) => sum + row.calls, 0);
    // A call sets aside at most 4,096 tokens of output: $0.0066.
    expect(calls).toBeGreaterThan(0);
    expect(calls).toBeLessThan(2 * Math.ceil(0.05 / 0.0065));
    expect(shards.some(({ stage, why }) => stage === "stopped" && why !== undefined)).toBe(true);
  });

  test("leave a gate alone that stays below them", async () => {
    const { gate } = await play("caps: { maxCostUsdPerRun: 50, maxCostUsdPerDay: 50 }");
    expect(gate.checks).toMatchObject([{ conclusion: "success" }]);
  });

  test("the check says what a gate will take before its first call", async () => {
    const { shown } = await play("caps: {}");
    expect(shown.find((summary) => summary.includes("Estimate before the first call"))).toMatch(
      /\d+ calls, \$0\.\d+ to \$\d+\.\d+, .*minute/,
    );
  });

  test("cannot hold a model without a price, and the check says so", async () => {
    const { gate, shown } = await play("caps: { maxCostUsdPerRun: 0.05 }", "house-model@1");
    expect(shown.join("\n")).toContain("has no price: no cap on cost holds it");
    expect(gate.checks).toMatchObject([{ conclusion: "success" }]);
  });
});
