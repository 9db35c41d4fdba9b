import { beforeEach, describe, expect, test } from "vitest";
import { createMemorySpendStore, createSpendCap, type SpendStore } from "../../../src/shared/evals/spend.ts";
import type { SpendState } from "../../../src/shared/evals/spend-state.ts";
import { createManualClock, type ManualClock } from "../../support/manual-clock.ts";

let clock: ManualClock;
let states: Map<string, SpendState>;
let changes: number;
let store: SpendStore;

beforeEach(() => {
  clock = createManualClock();
  states = new Map();
  changes = 0;
  const memory = createMemorySpendStore();
  store = {
    async change(scope, next) {
      changes++;
      const state = await memory.change(scope, next);
      states.set(scope, state);
      return state;
    },
  };
});

const run = { scope: "run:g", capNanoUsd: 1000, says: "the cap of a run" };
const day = { scope: "day:2026-11-15", capNanoUsd: 5000, says: "the cap of a day" };
const spender = (worker: string, scopes = [run, day]) => createSpendCap(store, { worker, clock, scopes });

/** Calls until a cap says no; each takes `most` and costs `cost`. */
async function spendAll(cap: ReturnType<typeof spender>, most: number, cost: number | undefined) {
  for (let calls = 0; ; calls++) {
    const reserved = await cap.reserve(most);
    if ("capped" in reserved) {
      await cap.close();
      return { calls, why: reserved.capped };
    }
    reserved.settle(cost);
  }
}

describe("a cap on what is spent", () => {
  test("holds to the unit, and says which cap it is", async () => {
    expect(await spendAll(spender("a"), 10, 10)).toEqual({ calls: 100, why: "the cap of a run" });
    expect(states.get("run:g")).toEqual({ spent: 1000, reserved: [] });
    expect(states.get("day:2026-11-15")).toEqual({ spent: 1000, reserved: [] });
  });

  test("counts what calls cost, not what they might have", async () => {
    const { calls } = await spendAll(spender("a"), 100, 7);
    // The last call may cost 100 and must fit.
    expect(calls).toBe(Math.floor((1000 - 100) / 7) + 1);
    expect(states.get("run:g")?.spent).toBe(calls * 7);
  });

  test("a call of unknown cost counts for all that was set aside", async () => {
    expect(await spendAll(spender("a"), 100, undefined)).toMatchObject({ calls: 10 });
  });

  test("the day's cap holds over runs", async () => {
    const scopes = (id: string) => [{ ...run, scope: `run:${id}`, capNanoUsd: 4000 }, day];
    expect(await spendAll(spender("a", scopes("1")), 10, 10)).toMatchObject({ calls: 400, why: "the cap of a run" });
    expect(await spendAll(spender("b", scopes("2")), 10, 10)).toMatchObject({ calls: 100, why: "the cap of a day" });
  });

  test("workers side by side never spend more together", async () => {
    const counts = await Promise.all(["a", "b", "c"].map((worker) => spendAll(spender(worker), 10, 10)));
    expect(counts.reduce((sum, { calls }) => sum + calls, 0)).toBeLessThanOrEqual(100);
    expect(states.get("run:g")?.spent).toBeLessThanOrEqual(1000);
  });

  test("many calls at once wait for what the others leave before they give up", async () => {
    const cap = spender("a");
    const results = await Promise.all(
      Array.from({ length: 40 }, async () => {
        const reserved = await cap.reserve(100);
        if ("capped" in reserved) return 0;
        await Promise.resolve();
        reserved.settle(20);
        return 1;
      }),
    );
    expect(results.reduce<number>((sum, made) => sum + made, 0)).toBe(40);
  });

  test("what a killed worker had set aside counts as spent once nobody renews it", async () => {
    await spender("dead").reserve(10);
    const held = states.get("run:g")?.reserved[0]?.nanoUsd ?? 0;
    await clock.advance(900_001);
    const { calls } = await spendAll(spender("b"), 10, 10);
    expect(calls).toBe((1000 - held) / 10);
    expect(states.get("run:g")).toEqual({ spent: 1000, reserved: [] });
  });

  test("the store is asked once for many calls", async () => {
    await spendAll(spender("a", [{ ...run, capNanoUsd: 100_000 }]), 10, 10);
    expect(changes).toBeLessThan(10_000 / 10);
  });
});
