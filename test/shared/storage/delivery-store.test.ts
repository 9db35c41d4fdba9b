import { beforeEach, describe, expect, test } from "vitest";
import type { Delivery } from "../../../src/shared/deliveries/delivery.ts";
import type { DeliveryStore } from "../../../src/shared/deliveries/delivery-store.ts";
import { createDeliveryStore } from "../../../src/shared/storage/delivery-store.ts";
import { createTables } from "../../../src/shared/storage/tables.ts";
import { freshName, sharedAzurite } from "../../support/azurite.ts";
import { createManualClock, type ManualClock } from "../../support/manual-clock.ts";

let clock: ManualClock;
let store: DeliveryStore;
let repositoryId = 0;
beforeEach(async () => {
  await begin("2026-11-15T10:00:00.000Z");
});

async function begin(at: string): Promise<void> {
  const prefix = freshName("t");
  const tables = createTables({ kind: "connectionString", connectionString: await sharedAzurite() });
  clock = createManualClock(at);
  store = createDeliveryStore({ table: (name) => tables.table(`${prefix}${name}`) }, clock);
  repositoryId = 7;
}

const delivery = (deliveryId: string): Delivery => ({
  deliveryId,
  repositoryId,
  event: "pull_request",
  wanted: true,
  receivedAt: clock.now().toISOString(),
});
const counts = (claims: string[]) => claims.filter((claim) => claim !== "duplicate");

describe("the table of deliveries", () => {
  test("five deliveries of one event at once are claimed once", async () => {
    expect(counts(await Promise.all([1, 2, 3, 4, 5].map(() => store.claim(delivery("d"), "body"))))).toEqual(["fresh"]);
  });

  test("one body under five ids at once is claimed once: two hooks on one repository", async () => {
    const claims = await Promise.all([1, 2, 3, 4, 5].map((n) => store.claim(delivery(`d${n}`), "body")));
    expect(counts(claims)).toEqual(["fresh"]);
  });

  test("the same body is a new event after five minutes: a label that is set twice a day", async () => {
    await store.claim(delivery("d1"), "body");
    await store.finish(repositoryId, "d1", "done");
    await clock.advance(5 * 60_000 - 1);
    expect(await store.claim(delivery("d2"), "body")).toBe("duplicate");
    await clock.advance(1);
    expect(await store.claim(delivery("d3"), "body")).toBe("fresh");
  });

  test("a claim that was never enqueued does not suppress a redelivery a minute later", async () => {
    await store.claim(delivery("d"), "body");
    await clock.advance(60_000);
    expect(await store.claim(delivery("d"), "body")).toBe("duplicate");
    await clock.advance(1);
    const again = await Promise.all([1, 2, 3].map(() => store.claim(delivery("d"), "body")));
    expect(counts(again)).toEqual(["taken"]);
  });

  test("an enqueued claim suppresses a redelivery for good; a failed one does not", async () => {
    await store.claim(delivery("d"), "body");
    await store.markEnqueued(delivery("d"));
    await clock.advance(24 * 3600_000);
    expect(await store.claim(delivery("d"), "body")).toBe("duplicate");
    await store.finish(repositoryId, "d", "failed", "GitHub answered 404");
    expect(await store.claim(delivery("d"), "body")).toBe("taken");
    expect(await store.start(repositoryId, "d")).toMatchObject({ deliveryId: "d" });
  });

  test("what is done is not started again", async () => {
    await store.claim(delivery("d"), "body");
    await store.finish(repositoryId, "d", "done");
    expect(await store.start(repositoryId, "d")).toBeUndefined();
    expect(await store.start(repositoryId, "unknown")).toBeUndefined();
  });

  test("overdue is what nobody has touched since, and not what is done", async () => {
    const due = async (ms: number) =>
      (await store.overdue(repositoryId, new Date(clock.now().getTime() - ms))).map(({ deliveryId }) => deliveryId);
    await store.claim(delivery("claimed"), "b1");
    await store.claim(delivery("started"), "b2");
    await store.claim(delivery("done"), "b3");
    await store.finish(repositoryId, "done", "done");
    await clock.advance(30_000);
    await store.start(repositoryId, "started");
    await clock.advance(20_000);
    expect(await due(45_000)).toEqual(["claimed"]);
    await clock.advance(30_000);
    expect(await due(45_000)).toEqual(["claimed", "started"]);
  });

  test("a redelivery in the first days of a month finds the last one's row", async () => {
    await begin("2026-10-31T23:59:00.000Z");
    await store.claim(delivery("d"), "body");
    await store.markEnqueued(delivery("d"));
    await clock.advance(3 * 24 * 3600_000);
    expect(await store.claim(delivery("d"), "body")).toBe("duplicate");
    expect(await store.start(repositoryId, "d")).toMatchObject({ deliveryId: "d" });
  });
});
