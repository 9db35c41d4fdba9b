import { expect, test } from "vitest";
import { createFreshCheck } from "../../../src/shared/evals/fresh-check.ts";

test("no caller gets an answer from a read that began before it asked, and waiting callers share one read", async () => {
  const reads: ((value: boolean) => void)[] = [];
  const check = createFreshCheck(() => new Promise((resolve) => reads.push(resolve)));
  const first = check();
  const later = [check(), check(), check()];
  expect(reads).toHaveLength(1);
  reads[0]?.(true);
  expect(await first).toBe(true);
  await Promise.resolve();
  await new Promise((resolve) => setImmediate(resolve));
  expect(reads).toHaveLength(2);
  reads[1]?.(false);
  expect(await Promise.all(later)).toEqual([false, false, false]);
});

test("a failed read fails its callers and not the next ones", async () => {
  let calls = 0;
  const check = createFreshCheck(async () => {
    calls++;
    if (calls === 1) throw new Error("storage is away");
    return true;
  });
  await expect(check()).rejects.toThrow("storage is away");
  expect(await check()).toBe(true);
});
