import type { Clock } from "../clock.ts";
import { Delivery } from "../deliveries/delivery.ts";
import type { Claim, DeliveryStore } from "../deliveries/delivery-store.ts";
import { endOf, monthBefore, monthly, partitionOf } from "./keys.ts";
import type { Row, Table, Tables } from "./tables.ts";

/** A claim that was not enqueued within this time died on the way; GitHub's redelivery, or the minute timer, takes it up. */
const claimMs = 60_000;
/** The same body under another id is the same event: two hooks on one repository. */
const sameBodyMs = 5 * 60_000;
/** GitHub redelivers for three days [docs: redelivering webhooks]; one more for the month's turn. */
const redeliveryDays = 4;

const guid = (id: string) => `guid:${id}`;
const pending = (id: string) => `pending:${id}`;

interface Found {
  table: Table;
  row: Row;
}

export function createDeliveryStore(tables: Tables, clock: Clock): DeliveryStore {
  const current = () => tables.table(monthly("deliveries", clock.now()));

  /** The tables that may hold a row: this month's, and in its first days the last one's. */
  function recent(): Table[] {
    const now = clock.now();
    const before = tables.table(monthly("deliveries", monthBefore(now)));
    return now.getUTCDate() <= redeliveryDays ? [current(), before] : [current()];
  }

  async function find(repositoryId: number, rowKey: string): Promise<Found | undefined> {
    for (const table of recent()) {
      const row = await table.get(partitionOf(repositoryId), rowKey);
      if (row) return { table, row };
    }
    return undefined;
  }

  const age = (at: unknown) => clock.now().getTime() - Date.parse(String(at));

  /** A failed delivery, or one that was claimed and never enqueued, may be taken by whoever brings it again. */
  async function isDead({ table, row }: Found, deliveryId: string): Promise<boolean> {
    if (row.value.outcome) return row.value.outcome === "failed";
    const mark = await table.get(row.partitionKey, pending(deliveryId));
    return mark !== undefined && !mark.value.enqueuedAt && age(mark.value.claimedAt) > claimMs;
  }

  async function claimAgain(delivery: Delivery, known: Found): Promise<Claim> {
    if (!(await isDead(known, delivery.deliveryId))) return "duplicate";
    const taken = await known.table.transaction(known.row.partitionKey, [
      { replace: known.row, value: delivery },
      { upsert: pending(delivery.deliveryId), value: { claimedAt: clock.now().toISOString() } },
    ]);
    return taken ? "taken" : "duplicate";
  }

  return {
    async claim(delivery, bodyDigest) {
      const partition = partitionOf(delivery.repositoryId);
      const now = clock.now();
      if (now.getUTCDate() <= redeliveryDays) {
        const known = await find(delivery.repositoryId, guid(delivery.deliveryId));
        if (known) return claimAgain(delivery, known);
      }
      const claimedAt = now.toISOString();
      const rows = [
        { insert: guid(delivery.deliveryId), value: delivery },
        { insert: pending(delivery.deliveryId), value: { claimedAt } },
      ];
      const body = { value: { deliveryId: delivery.deliveryId, claimedAt } };
      const bodyKey = `body:${bodyDigest}`;
      if (await current().transaction(partition, [...rows, { insert: bodyKey, ...body }])) return "fresh";
      const known = await find(delivery.repositoryId, guid(delivery.deliveryId));
      if (known) return claimAgain(delivery, known);
      const twin = await current().get(partition, bodyKey);
      if (twin && age(twin.value.claimedAt) < sameBodyMs) {
        const other = await find(delivery.repositoryId, guid(String(twin.value.deliveryId)));
        if (other && !(await isDead(other, String(twin.value.deliveryId)))) return "duplicate";
      }
      const change = twin ? { replace: twin, ...body } : { insert: bodyKey, ...body };
      return (await current().transaction(partition, [...rows, change])) ? "fresh" : "duplicate";
    },

    async markEnqueued(delivery) {
      // The worker may have finished already and removed the row: then there is nothing left to mark.
      await mark(delivery.repositoryId, delivery.deliveryId, { enqueuedAt: clock.now().toISOString() });
    },

    async start(repositoryId, deliveryId) {
      const known = await find(repositoryId, guid(deliveryId));
      if (!known || known.row.value.outcome) return undefined;
      await mark(repositoryId, deliveryId, { startedAt: clock.now().toISOString() });
      return Delivery.parse(known.row.value);
    },

    async finish(repositoryId, deliveryId, outcome, reason) {
      for (;;) {
        const known = await find(repositoryId, guid(deliveryId));
        if (!known) return;
        const doneAt = clock.now().toISOString();
        const value = { ...known.row.value, outcome, doneAt, ...(reason ? { reason: reason.slice(0, 1000) } : {}) };
        const there = await known.table.get(known.row.partitionKey, pending(deliveryId));
        const changes = [{ replace: known.row, value }, ...(there ? [{ remove: pending(deliveryId) }] : [])];
        if (await known.table.transaction(known.row.partitionKey, changes)) return;
      }
    },

    async overdue(repositoryId, before) {
      const due: Delivery[] = [];
      for (const table of recent()) {
        for (const row of await table.range(partitionOf(repositoryId), "pending:", endOf("pending:"))) {
          const { startedAt, enqueuedAt, claimedAt } = row.value;
          if (String(startedAt ?? enqueuedAt ?? claimedAt) >= before.toISOString()) continue;
          const known = await table.get(row.partitionKey, guid(row.rowKey.slice("pending:".length)));
          if (known) due.push(Delivery.parse(known.value));
        }
      }
      return due;
    },
  };

  async function mark(repositoryId: number, deliveryId: string, times: Record<string, string>): Promise<void> {
    for (const table of recent()) {
      if (await table.merge(partitionOf(repositoryId), pending(deliveryId), times)) return;
    }
  }
}
