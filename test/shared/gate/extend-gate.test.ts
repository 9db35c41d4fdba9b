import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { GateReport } from "../../../src/shared/gate/report.ts";
import { wobblyRepository } from "../../support/ai-repository.ts";
import { createKilledGate, type KilledGate } from "../../support/killed-gate.ts";
import { repositoryId } from "../../support/memory-gate.ts";

const files = (rest: string[] = []) => ({
  base: wobblyRepository("wobblyBase", rest),
  head: wobblyRepository("wobblyHead", rest),
});

async function outcomeOf({ gate, stored, calls }: KilledGate) {
  const { store, reports } = gate.ports;
  const gateId = (await store.pulls.get(repositoryId, "pull:3"))?.value.gateId ?? "";
  const row = (await store.gates.get(repositoryId, gateId))?.value;
  const report: GateReport | undefined = await reports.read(repositoryId, `gates/${gateId}/report.json`);
  const shards = await store.shards.list(repositoryId, `${gateId}:`);
  return {
    stage: row?.stage,
    extensions: row?.extensions?.map(({ at: _, ...extension }) => extension),
    shards: shards.map(({ shardId, stage }) => `${shardId} ${stage}`),
    verdict: report?.verdict.verdict,
    extended: report?.comparisons.map((own) => own.extended),
    notExtended: report?.comparisons.map((own) => own.notExtended),
    check: gate.checks.map(({ status, conclusion }) => `${status} ${conclusion}`),
    comments: gate.comments.length,
    stored: stored.size,
    storedTwice: [...stored.values()].filter((times) => times > 1).length,
    calls: [...calls.values()].reduce((sum, times) => sum + times, 0),
  };
}

describe("an inconclusive gate", () => {
  test("draws more repeats of its own accord, once, and decides", async () => {
    const world = createKilledGate(files());
    await world.play([]);
    const outcome = await outcomeOf(world);
    expect(outcome).toMatchObject({
      stage: "concluded",
      verdict: "pass",
      extensions: [{ round: 1, comparison: 0, look: 2, from: 1, repeats: 3 }],
      extended: [{ from: 1, to: 3 }],
      check: ["completed success"],
      comments: 1,
      stored: 720,
      storedTwice: 0,
      calls: 720,
    });
    expect(outcome.shards).toEqual(outcome.shards.toSorted());
    expect(world.gate.comments[0]?.body).toMatch(/extended.*from 1 to 3 repeats/i);
  });

  test("draws as many as its budget pays for", async () => {
    const world = createKilledGate(files(["budget: { maxRepeats: 2 }"]));
    await world.play([]);
    expect(await outcomeOf(world)).toMatchObject({ extended: [{ from: 1, to: 2 }], calls: 480 });
  });

  test("draws nothing where its budget is spent, keeps the whole error for its one look, and says so", async () => {
    const world = createKilledGate(files(["budget: { maxCalls: 200 }"]));
    await world.play([]);
    const outcome = await outcomeOf(world);
    expect(outcome).toMatchObject({ verdict: "inconclusive", extended: [undefined], calls: 240 });
    expect(outcome.notExtended).toEqual(["the suite's budget leaves no room for more repeats"]);
  });
});

test("whenever and however often its workers are killed, it draws what one look more asks for, once, and says the same", async () => {
  const calm = createKilledGate(files());
  await calm.play([]);
  const expected = await outcomeOf(calm);
  const writes = calm.writes();
  const kill = fc.record({ at: fc.integer({ min: 0, max: writes }), after: fc.boolean(), lost: fc.boolean() });
  await fc.assert(
    fc.asyncProperty(fc.array(kill, { minLength: 1, maxLength: 4 }), async (kills) => {
      const world = createKilledGate(files());
      await world.play(kills);
      const { calls, ...outcome } = await outcomeOf(world);
      const { calls: planned, ...rest } = expected;
      expect(outcome).toEqual(rest);
      // A call in flight at a kill is made again; nothing else is.
      expect(calls).toBeLessThanOrEqual(planned + kills.length * world.gate.ports.concurrency);
    }),
    { numRuns: 40 },
  );
}, 120_000);
