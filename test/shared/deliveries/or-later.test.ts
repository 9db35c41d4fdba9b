import { expect, test } from "vitest";
import { orLater } from "../../../src/shared/deliveries/or-later.ts";
import { RetryAfterError, RetryableError } from "../../../src/shared/errors.ts";
import { createMemoryLog } from "../../support/log.ts";

async function play(thrown?: Error): Promise<number[]> {
  const waits: number[] = [];
  const work = thrown ? Promise.reject(thrown) : Promise.resolve();
  await orLater(work, async (waitMs) => void waits.push(waitMs), { log: createMemoryLog() });
  return waits;
}

test("a wait that was asked for is kept, and the message then comes again once", async () => {
  expect(await play(new RetryAfterError("secondary rate limit", 60_000))).toEqual([60_000]);
});

test("a wait is never longer than a queue hides a message", async () => {
  expect(await play(new RetryAfterError("much later", 30 * 24 * 3600_000))).toEqual([7 * 24 * 3600_000]);
});

test("what is done is not done again, and other failures are the queue's", async () => {
  expect(await play()).toEqual([]);
  await expect(play(new RetryableError("502"))).rejects.toThrow("502");
});
