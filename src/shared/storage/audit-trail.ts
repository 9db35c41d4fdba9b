import type { AuditEntry, AuditTrail } from "../releases/audit.ts";
import { monthly, partitionOf } from "./keys.ts";
import type { Tables } from "./tables.ts";

/** Rows in the order in which people acted, a table a month. */
export function createAuditTrail(tables: Tables): AuditTrail {
  const tableOf = ({ at }: AuditEntry) => tables.table(monthly("audit", new Date(at)));
  const keyOf = ({ at, id, what }: AuditEntry) => `${at}:${what}:${id}`;
  return {
    async intend(entry) {
      await tableOf(entry).insert(partitionOf(entry.repositoryId), keyOf(entry), entry);
    },
    async conclude(entry, outcome) {
      await tableOf(entry).merge(partitionOf(entry.repositoryId), keyOf(entry), { outcome });
    },
  };
}
