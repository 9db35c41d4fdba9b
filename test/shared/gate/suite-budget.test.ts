import { describe, expect, test } from "vitest";
import { aiRepository, promptFile, suiteFile, wobblyRepository } from "../../support/ai-repository.ts";
import { concluded, createKilledGate, type KilledGate, type KilledGateOptions } from "../../support/killed-gate.ts";

/** 240 calls of 0.12 cents for the first look, as many for each further repeat; one repeat cannot decide. */
async function played(budget: string, options: KilledGateOptions = {}): Promise<KilledGate> {
  const own = (side: "wobblyBase" | "wobblyHead") => wobblyRepository(side, [`budget: { ${budget} }`]);
  const world = createKilledGate({ base: own("wobblyBase"), head: own("wobblyHead") }, options);
  await world.play([]);
  return world;
}

describe("a suite's budget in dollars", () => {
  test("pays for as many more repeats as are left", async () => {
    const world = await played("maxCostUsd: 0.6");
    const { report } = await concluded(world);
    expect(report.comparisons[0]?.extended).toMatchObject({ from: 1, to: 2 });
    expect(world.asked).toHaveLength(480);
  });

  test("that is spent by the first look leaves it inconclusive, and says so", async () => {
    const world = await played("maxCostUsd: 0.4");
    const { report } = await concluded(world);
    expect(report.verdict.verdict).toBe("inconclusive");
    expect(report.comparisons[0]?.notExtended).toBe("the suite's budget is spent");
    expect(world.asked).toHaveLength(240);
  });

  test("stops the calls cleanly: not evaluated, with the limit, what ran, and nothing lost", async () => {
    const world = await played("maxCostUsd: 0.06");
    const { report } = await concluded(world);
    expect(report.verdict).toMatchObject({ verdict: "notEvaluated", conclusion: "action_required" });
    expect(report.verdict.reasons[0]).toContain("budget.maxCostUsd of evals/helper.yaml ($0.06) is spent");
    // 50 calls pay the limit; those in flight are paid too.
    expect(world.asked.length).toBeGreaterThanOrEqual(50);
    expect(world.asked.length).toBeLessThanOrEqual(50 + world.gate.ports.concurrency * 2);
    expect(world.stored.size).toBe(world.asked.length);
    expect(world.gate.comments[0]?.body).toContain("is spent");
  });
});

describe("a suite's budget in minutes", () => {
  test("is over: no further look, and the calls stop", async () => {
    const world = await played("maxMinutes: 1", { callMs: 1000 });
    const { report } = await concluded(world);
    expect(report.verdict.verdict).toBe("notEvaluated");
    expect(report.verdict.reasons[0]).toContain("budget.maxMinutes of evals/helper.yaml (1) are over");
    expect(world.asked.length).toBeLessThan(70);
  });

  test("that ends within the extension leaves the look before as it was", async () => {
    const world = await played("maxMinutes: 5", { callMs: 1000 });
    const { report, row } = await concluded(world);
    expect(row.extensions).toHaveLength(1);
    expect(report.verdict.verdict).toBe("inconclusive");
    expect(report.comparisons[0]).toMatchObject({
      repeats: 1,
      notExtended: "2 more repeats were asked for and could not be drawn",
    });
    expect(world.asked.length).toBeLessThan(320);
  });
});

describe("a run that is cut short", () => {
  /** 30 cases × 3 repeats: base is whole, head has one repeat of each case and a part of the second. */
  const cut = async (mode: string, rest = "") => {
    const suite = `${suiteFile({ margin: 0.2, threshold: 0.5 }).replace("repeats: 1", "repeats: 3")}budget: { maxCostUsd: 0.156 }\n${rest}`;
    const files = { ...aiRepository("good", 30), "evals/helper.yaml": suite };
    const world = createKilledGate({ base: files, head: { ...files, "prompts/helper.prompt.md": promptFile(mode) } });
    await world.play([]);
    expect(world.asked.length).toBeLessThan(180);
    return (await concluded(world)).report;
  };

  test("is judged on the repeats that every case has, where they decide", async () => {
    const report = await cut("kindly");
    expect(report.comparisons[0]).toMatchObject({ repeats: 1, verdict: { verdict: "pass" } });
    expect(report.failures).toContain("budget.maxCostUsd of evals/helper.yaml ($0.156) is spent");
  });

  test("is no pass where cases must pass in every repeat", async () => {
    expect((await cut("kindly", "mustPass: [c3]\n")).verdict.verdict).toBe("notEvaluated");
  });
});
