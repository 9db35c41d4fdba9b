import type { Clock } from "../clock.ts";
import { type AlertStore, alertKey, StoredAlert } from "../releases/alerts/alert-store.ts";
import { endOf, monthBefore, monthly, partitionOf } from "./keys.ts";
import type { Row, Table, Tables } from "./tables.ts";

/** A claim that was not enqueued within this time died on the way; the next delivery, or the minute timer, takes it up. */
const claimMs = 60_000;
/** What fired in the last days of a month may resolve, or come again, in the next one. */
const overlapDays = 4;
/** Alerts tell of Azure's resources, not of a repository. */
const house = partitionOf(0);

const alertRow = (key: string) => `alert:${key}`;
const pending = (key: string) => `pending:${key}`;

interface Found {
  table: Table;
  row: Row;
}

export function createAlertStore(tables: Tables, clock: Clock): AlertStore {
  const current = () => tables.table(monthly("alerts", clock.now()));
  const age = (at: unknown) => clock.now().getTime() - Date.parse(String(at));

  /** The tables that may hold a row: this month's, and in its first days the last one's. */
  function recent(): Table[] {
    const now = clock.now();
    const before = tables.table(monthly("alerts", monthBefore(now)));
    return now.getUTCDate() <= overlapDays ? [current(), before] : [current()];
  }

  async function find(key: string): Promise<Found | undefined> {
    for (const table of recent()) {
      const row = await table.get(house, alertRow(key));
      if (row) return { table, row };
    }
    return undefined;
  }

  /** A failed alert, or one that was claimed and never enqueued, may be taken by whoever brings it again. */
  async function claimAgain(alert: StoredAlert, key: string, { table, row }: Found): Promise<"taken" | "duplicate"> {
    if (row.value.outcome && row.value.outcome !== "failed") return "duplicate";
    const mark = await table.get(house, pending(key));
    const isDead = mark && !mark.value.enqueuedAt && age(mark.value.claimedAt) > claimMs;
    if (!row.value.outcome && !isDead) return "duplicate";
    const claimed = { upsert: pending(key), value: { claimedAt: clock.now().toISOString() } };
    const marks = alert.outcome ? (mark ? [{ remove: pending(key) }] : []) : [claimed];
    const taken = await table.transaction(house, [{ replace: row, value: alert }, ...marks]);
    return taken ? "taken" : "duplicate";
  }

  async function mark(key: string, times: Record<string, string>): Promise<void> {
    for (const table of recent()) if (await table.merge(house, pending(key), times)) return;
  }

  return {
    async claim(alert) {
      const key = alertKey(alert);
      const now = clock.now();
      // In a month's first days the row may lie in the table before.
      const known = now.getUTCDate() <= overlapDays ? await find(key) : undefined;
      if (known) return claimAgain(alert, key, known);
      const row = { insert: alertRow(key), value: alert };
      const isFresh = alert.outcome
        ? await current().insert(house, row.insert, alert)
        : await current().transaction(house, [row, { insert: pending(key), value: { claimedAt: now.toISOString() } }]);
      if (isFresh) return "fresh";
      const found = await find(key);
      return found ? claimAgain(alert, key, found) : "duplicate";
    },

    // The worker may have finished already and removed the row: then there is nothing left to mark.
    markEnqueued: (key) => mark(key, { enqueuedAt: clock.now().toISOString() }),

    async start(key) {
      const known = await find(key);
      if (!known || known.row.value.outcome) return undefined;
      await mark(key, { startedAt: clock.now().toISOString() });
      return StoredAlert.parse(known.row.value);
    },

    async finish(key, end) {
      for (;;) {
        const known = await find(key);
        if (!known) return;
        const value = { ...known.row.value, ...end, doneAt: clock.now().toISOString() };
        const there = await known.table.get(house, pending(key));
        const changes = [{ replace: known.row, value }, ...(there ? [{ remove: pending(key) }] : [])];
        if (await known.table.transaction(house, changes)) return;
      }
    },

    isResolved: async (alertId) => (await find(alertKey({ alertId, condition: "Resolved" }))) !== undefined,

    async overdue(before) {
      const due: string[] = [];
      for (const table of recent()) {
        for (const { rowKey, value } of await table.range(house, "pending:", endOf("pending:"))) {
          const { startedAt, enqueuedAt, claimedAt } = value;
          const touched = String(startedAt ?? enqueuedAt ?? claimedAt);
          if (touched < before.toISOString()) due.push(rowKey.slice("pending:".length));
        }
      }
      return due;
    },
  };
}
