import { expect, test } from "vitest";
import { type Attempt, redeliverMissed } from "../../../src/shared/deliveries/missed.ts";
import { createMemoryLog } from "../../support/log.ts";
import { createManualClock } from "../../support/manual-clock.ts";

async function redelivered(attempts: Omit<Attempt, "deliveredAt">[]): Promise<number[]> {
  const clock = createManualClock();
  const asked: number[] = [];
  let since: Date | undefined;
  const sent = {
    async *since(time: Date) {
      since = time;
      for (const attempt of attempts) yield { ...attempt, deliveredAt: clock.now() };
    },
    redeliver: async (id: number) => void asked.push(id),
  };
  expect(await redeliverMissed(sent, clock, createMemoryLog())).toBe(asked.length);
  expect(clock.now().getTime() - Number(since)).toBe(3 * 24 * 3600_000);
  return asked;
}

test("what no attempt brought is asked for once, by its newest attempt", async () => {
  const attempts = [
    { id: 4, deliveryId: "lost", succeeded: false },
    { id: 3, deliveryId: "here", succeeded: true },
    { id: 2, deliveryId: "lost", succeeded: false },
    { id: 1, deliveryId: "here", succeeded: false },
  ];
  expect(await redelivered(attempts)).toEqual([4]);
});

test("where everything arrived nothing is asked for", async () => {
  expect(await redelivered([{ id: 1, deliveryId: "here", succeeded: true }])).toEqual([]);
  expect(await redelivered([])).toEqual([]);
});
