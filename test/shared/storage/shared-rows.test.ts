import { beforeAll, describe, expect, test } from "vitest";
import { systemClock } from "../../../src/shared/clock.ts";
import { createLeasedLimiters } from "../../../src/shared/evals/limits/leased-limiter.ts";
import { createSpendCap } from "../../../src/shared/evals/spend.ts";
import { createLimitStore } from "../../../src/shared/storage/limit-store.ts";
import { createSpendStore } from "../../../src/shared/storage/spend-store.ts";
import { createTables, type Tables } from "../../../src/shared/storage/tables.ts";
import { freshName, sharedAzurite } from "../../support/azurite.ts";

let tables: Tables;
beforeAll(async () => {
  tables = createTables({ kind: "connectionString", connectionString: await sharedAzurite() });
});

describe("rows that all workers write", () => {
  test("two workers never hold more places together than there are, whatever the names", async () => {
    const store = createLimitStore(tables, `https://${freshName("h")}.example/openai/v1?x=#y`);
    const options = { clock: systemClock, reportMs: 200, leaseMs: 10_000, firstWindow: 4 };
    const limiters = ["a", "b"].map((worker) => createLeasedLimiters(store, { ...options, worker }));
    let inFlight = 0;
    let most = 0;
    let calls = 0;
    await Promise.all(
      limiters.map(async (limiter) => {
        const work = async () => {
          for (let call = 0; call < 20; call++) {
            const slot = await limiter.leaving(0.5).acquire("team/gpt 4#1");
            calls++;
            most = Math.max(most, ++inFlight);
            await systemClock.sleep(2);
            inFlight--;
            slot?.release({ kind: "answered", rate: { limitRequests: 8, remainingRequests: 8 } });
          }
        };
        await Promise.all(Array.from({ length: 6 }, work));
        await limiter.close();
      }),
    );
    expect(calls).toBe(240);
    expect(most).toBeGreaterThan(1);
    expect(most).toBeLessThanOrEqual(4);
  });

  test("three workers spend a cap to its end and not beyond", async () => {
    const store = createSpendStore(tables, Math.floor(Math.random() * 1e9));
    const scopes = [{ scope: "run:g", capNanoUsd: 600, says: "capped" }];
    const spend = async (worker: string) => {
      const cap = createSpendCap(store, { worker, clock: systemClock, scopes });
      let spent = 0;
      for (;;) {
        const reserved = await cap.reserve(10);
        if ("capped" in reserved) break;
        reserved.settle(10);
        spent += 10;
      }
      await cap.close();
      return spent;
    };
    const spent = await Promise.all(["a", "b", "c"].map(spend));
    const total = spent.reduce((sum, own) => sum + own, 0);
    expect(total).toBeLessThanOrEqual(600);
    expect(total + (await spend("d"))).toBe(600);
  });
});
