import { Incident, type IncidentStore, type StoredIncident } from "../releases/alerts/incident.ts";
import { endOf, partitionOf } from "./keys.ts";
import type { Row, RowChange, Tables } from "./tables.ts";

/** Incidents of all repositories lie together: many that open at once are the platform's. */
const house = partitionOf(0);
const incidentRow = (id: string) => `incident:${id}`;
const openRow = (id: string) => `open:${id}`;

export function createIncidentStore(tables: Tables): IncidentStore {
  const table = () => tables.table("incidents");
  const versions = new WeakMap<object, Row>();

  function stored(row: Row): StoredIncident {
    const version = {};
    versions.set(version, row);
    return { value: Incident.parse(row.value), version };
  }

  async function get(id: string): Promise<StoredIncident | undefined> {
    const row = await table().get(house, incidentRow(id));
    return row && stored(row);
  }

  return {
    get,
    async open() {
      const marks = await table().range(house, "open:", endOf("open:"));
      const found = await Promise.all(marks.map(({ rowKey }) => get(rowKey.slice("open:".length))));
      return found.filter((incident) => incident !== undefined);
    },
    write(changes) {
      const rows = changes.flatMap(({ known, next }): RowChange[] => {
        const row = known && versions.get(Object(known.version));
        if (known && !row) throw new TypeError(`the incident ${next.id} is written back without having been read`);
        const own: RowChange = row ? { replace: row, value: next } : { insert: incidentRow(next.id), value: next };
        const wasOpen = known?.value.state === "open";
        if (next.state === "open") return wasOpen ? [own] : [own, { upsert: openRow(next.id), value: { id: next.id } }];
        return wasOpen ? [own, { remove: openRow(next.id) }] : [own];
      });
      return table().transaction(house, rows);
    },
  };
}
