import { describe, expect, test } from "vitest";
import type { WorkMessage } from "../../../src/shared/deliveries/delivery.ts";
import { aiRepository, promptFile, suiteFile, wobblyRepository } from "../../support/ai-repository.ts";
import { concluded, createKilledGate, type KilledGate } from "../../support/killed-gate.ts";
import { baseSha, ref, repositoryId } from "../../support/memory-gate.ts";

const withSuite = (files: Record<string, string>, edit: (text: string) => string) => ({
  ...files,
  "evals/helper.yaml": edit(files["evals/helper.yaml"] ?? ""),
});
const metricOf = async (world: KilledGate, name: string) =>
  (await concluded(world)).report.comparisons[0]?.verdict.metrics.find((metric) => metric.name === name);

describe("a format invariant", () => {
  const format = "  - { name: format, uses: contains, with: { value: ok }, invariant: true }\nrepeats: 3";
  const world = (rest: string) => {
    const edit = (text: string) => `${text.replace("repeats: 1", format)}${rest}`;
    return createKilledGate({
      base: withSuite(wobblyRepository("wobblyBase"), edit),
      head: withSuite(wobblyRepository("wobblyHead"), edit),
    });
  };

  test("blocks where one repeat of one case breaks it", async () => {
    const all = world("");
    await all.play([]);
    expect((await concluded(all)).report.verdict.verdict).toBe("regressed");
    expect((await metricOf(all, "format"))?.reason).toMatch(/case c\d+ must pass format and did in 2 of 3 repeats/);
  });

  test("holds where as many repeats pass as the suite asks for", async () => {
    const most = world("mustPassRepeats: 2\n");
    await most.play([]);
    expect(await metricOf(most, "format")).toMatchObject({ verdict: "pass", judged: true });
  });
});

test("a relative margin is a share of what base costs", async () => {
  const extra = ["  - { name: cost, uses: cost, relativeMargin: 0.1 }"];
  const files = { ...aiRepository(), "evals/helper.yaml": suiteFile({ extra }) };
  const world = createKilledGate({ base: files, head: { ...files, "prompts/helper.prompt.md": promptFile("kindly") } });
  await world.play([]);
  expect(await metricOf(world, "cost")).toMatchObject({ verdict: "pass", judged: true, blocking: true });
  expect((await metricOf(world, "cost"))?.margin).toBeCloseTo(0.00012, 9);
});

describe("scores that are missing", () => {
  /** Three of 40 cases have no answer. */
  const play = async (edit: (text: string) => string) => {
    const files = withSuite(aiRepository(), edit);
    const head = { ...files, "prompts/helper.prompt.md": promptFile("kindly") };
    const world = createKilledGate({ base: files, head }, { fails: (question) => /^[123] /.test(question) });
    await world.play([]);
    return world;
  };

  test("are within what the metric declares: their cases leave both sides and are named", async () => {
    const world = await play((text) => text.replace("margin: 0.1", "margin: 0.1, maxMissing: 0.1"));
    expect(await metricOf(world, "says-ok")).toMatchObject({
      verdict: "pass",
      missing: ["c1", "c2", "c3"],
      comparison: { cases: 37 },
    });
  });

  test("are more than two percent, or a case that must pass: not evaluated", async () => {
    expect(await metricOf(await play((text) => text), "says-ok")).toMatchObject({ verdict: "notEvaluated" });
    const must = await play((text) => `${text.replace("margin: 0.1", "margin: 0.1, maxMissing: 0.5")}mustPass: [c2]\n`);
    expect((await metricOf(must, "says-ok"))?.reason).toContain("no score for c2, a case that must pass");
  });
});

describe("latency", () => {
  /** Base has been run, as a baseline, before the pull request is. */
  async function afterBaseline(extra: string[]): Promise<{ world: KilledGate; before: number }> {
    const files = { ...aiRepository(), "evals/helper.yaml": suiteFile({ extra }) };
    const world = createKilledGate({
      base: files,
      head: { ...files, "prompts/helper.prompt.md": promptFile("kindly") },
    });
    const pushed: WorkMessage = { kind: "delivery", repositoryId, deliveryId: "push" };
    world.gate.deliveries.set("push", {
      ...ref,
      deliveryId: "push",
      event: "push",
      action: "",
      wanted: true,
      headSha: baseSha,
      receivedAt: world.gate.clock.now().toISOString(),
    });
    await world.play([], pushed);
    const before = world.asked.length;
    expect(before).toBe(40);
    await world.play([]);
    return { world, before };
  }

  test("that blocks has base called again, in turn with head, though its scores are kept", async () => {
    const { world, before } = await afterBaseline(["  - { name: latency, uses: latency, margin: 0.5 }"]);
    const asked = world.asked.slice(before);
    expect(asked).toHaveLength(80);
    const turns = Map.groupBy(
      asked.map((call, at) => ({ ...call, at })),
      ({ question }) => question,
    );
    for (const calls of turns.values()) {
      expect(calls.map(({ side }) => side).sort()).toEqual(["good", "kindly"]);
      const [first = 0, second = 0] = calls.map(({ at }) => at);
      expect(second - first).toBeLessThanOrEqual(world.gate.ports.concurrency);
    }
    expect(await metricOf(world, "latency")).toMatchObject({ judged: true, verdict: "pass" });
  });

  test("that only is shown costs no call, is not compared and takes no part", async () => {
    const { world, before } = await afterBaseline(["  - { name: latency, uses: latency, blocking: false }"]);
    expect(world.asked).toHaveLength(before + 40);
    const latency = await metricOf(world, "latency");
    expect(latency).toMatchObject({ judged: false, compared: false });
    expect(latency?.reason).toContain("not compared");
    expect((await concluded(world)).report.verdict.verdict).toBe("pass");
  });
});

test("a margin on auto decides in the gate, from base's noise, and the comment says which", async () => {
  const files = withSuite(aiRepository("good", 120), (text) =>
    text.replace("margin: 0.1", "margin: auto").replace("repeats: 1", "repeats: 2"),
  );
  const world = createKilledGate({ base: files, head: { ...files, "prompts/helper.prompt.md": promptFile("kindly") } });
  await world.play([]);
  const metric = await metricOf(world, "says-ok");
  expect(metric).toMatchObject({
    verdict: "pass",
    judged: true,
    marginNote: expect.stringMatching(/^this suite of 120 sees/),
  });
  expect(metric?.margin).toBeGreaterThan(0.02);
  expect(world.gate.comments[0]?.body).toMatch(
    /Margin of `says-ok` is still `auto`:\*\* [\d.]+ points from base's noise/,
  );
});
