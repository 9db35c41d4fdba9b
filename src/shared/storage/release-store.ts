import * as z from "zod";
import { Operation } from "../releases/operation.ts";
import { Quarantine, ReleaseState, TargetState, targetKey } from "../releases/release-state.ts";
import type { Known, ReleaseStore, Settlement, StoredOperation } from "../releases/release-store.ts";
import { changeRow } from "./change-row.ts";
import { endOf, partitionOf } from "./keys.ts";
import type { Row, RowChange, Table, Tables } from "./tables.ts";

const operationRow = (id: string) => `operation:${id}`;
const openRow = (id: string) => `open:${id}`;
const beatRow = (id: string) => `beat:${id}`;
const releaseRow = (id: string) => `release:${id}`;
const targetRow = (key: string) => `target:${key}`;
const house = partitionOf(0);
const repositoryRow = (repositoryId: number) => `repository:${repositoryId}`;
const quarantineRow = (digest: string) => `quarantine:${digest}`;

const RepositoryRow = z.object({ repositoryId: z.number(), repository: z.string() });

/** More writers than this of one target at one moment do not come. */
const mostTries = 50;
/** An entity group transaction takes 100 [docs: performing entity group transactions]; a manifest has at most 50 targets. */
const mostQuarantines = 40;

/** Tables `operations` and `releases`; one partition a repository, so that what belongs together is written together. */
export function createReleaseStore(tables: Tables): ReleaseStore {
  const operations = tables.table("operations");
  const releases = tables.table("releases");
  return {
    async operation(repositoryId, operationId) {
      const partition = partitionOf(repositoryId);
      const row = await operations.get(partition, operationRow(operationId));
      if (!row) return undefined;
      const operation = Operation.parse(row.value);
      const beat = operation.leaseUntil ? await operations.get(partition, beatRow(operationId)) : undefined;
      return { operation, version: row, ...aliveUntil(operation, beat?.value) };
    },
    async begin(operation) {
      const partition = partitionOf(operation.repositoryId);
      const { operationId } = operation;
      // With the mark for the timers at once: they remove one that leads to nothing, and an operation without one would be lost.
      return operations.transaction(partition, [
        { insert: operationRow(operationId), value: operation },
        { upsert: openRow(operationId), value: { operationId } },
      ]);
    },
    async write(stored, operation) {
      const row = await operations.swap(stored.version as Row, operation);
      if (!row) return undefined;
      if (operation.stage === "closed") await closeRow(operations, operation);
      return { operation, version: row } satisfies StoredOperation;
    },
    async beat({ repositoryId, operationId, epoch }, until) {
      const partition = partitionOf(repositoryId);
      const value = { operationId, epoch, until };
      if (await operations.insert(partition, beatRow(operationId), value)) return;
      await operations.merge(partition, beatRow(operationId), value);
    },
    async open(repositoryId) {
      const rows = await prefixed(operations, repositoryId, "open:");
      const ids = rows.map(({ rowKey }) => rowKey.slice("open:".length));
      const closed = async (id: string) => {
        const row = await operations.get(partitionOf(repositoryId), operationRow(id));
        return row === undefined || row.value.stage === "closed";
      };
      const open: string[] = [];
      for (const id of ids) {
        if (await closed(id)) await operations.remove(partitionOf(repositoryId), openRow(id));
        else open.push(id);
      }
      return open;
    },
    async repositories() {
      const rows = await releases.range(house, "repository:", endOf("repository:"));
      return rows.map(({ value }) => RepositoryRow.parse(value));
    },
    async release(repositoryId, releaseId) {
      const row = await releases.get(partitionOf(repositoryId), releaseRow(releaseId));
      return row && ReleaseState.parse(row.value);
    },
    async releases(repositoryId) {
      return (await prefixed(releases, repositoryId, "release:")).map(({ value }) => ReleaseState.parse(value));
    },
    async target(repositoryId, key) {
      const row = await releases.get(partitionOf(repositoryId), targetRow(key));
      return row && TargetState.parse(row.value);
    },
    async targets(repositoryId) {
      return (await prefixed(releases, repositoryId, "target:")).map(({ value }) => TargetState.parse(value));
    },
    async quarantined(repositoryId) {
      const rows = await prefixed(releases, repositoryId, "quarantine:");
      return rows.map(({ value }) => Quarantine.parse(value)).filter(({ clearedAt }) => clearedAt === undefined);
    },
    async quarantineOf(repositoryId, digests) {
      const read = (digest: string) => releases.get(partitionOf(repositoryId), quarantineRow(digest));
      const rows = await Promise.all(digests.map(read));
      return rows.flatMap((row) => (row ? [Quarantine.parse(row.value)] : []));
    },
    async liftQuarantine(repositoryId, digest, { at: clearedAt, by: clearedBy, reason: clearedReason }) {
      for (;;) {
        const row = await releases.get(partitionOf(repositoryId), quarantineRow(digest));
        const known = row && Quarantine.parse(row.value);
        if (!row || !known || known.clearedAt !== undefined) return undefined;
        const lifted = { ...known, clearedAt, clearedBy, clearedReason };
        if (await releases.replace(row, lifted)) return lifted;
      }
    },
    claim: (operation) => claim(operations, releases, operation),
    settle: (operation, change) => settle(releases, operation, change),
    async mark(repositoryId, key, change) {
      const { kind, alias, id } = named(key);
      const parse = (value: unknown) => TargetState.parse(value);
      return changeRow(releases, [partitionOf(repositoryId), targetRow(key)], parse, (known) =>
        change(known ?? { id, kind, alias, epoch: 0 }),
      );
    },
    async changeRelease(repositoryId, releaseId, change) {
      for (;;) {
        const row = await releases.get(partitionOf(repositoryId), releaseRow(releaseId));
        const changed = row && change(ReleaseState.parse(row.value));
        if (!row || !changed) return undefined;
        if (await releases.replace(row, changed)) return changed;
      }
    },
    async addRelease(release) {
      const { repositoryId, repository } = release;
      // The timers' way to it, first: without it nobody would look at the release.
      await releases.insert(house, repositoryRow(repositoryId), { repositoryId, repository });
      return releases.insert(partitionOf(repositoryId), releaseRow(release.releaseId), release);
    },
  };
}

/** Rows of operations and releases are some hundreds a year; more than the limit are read by their newest. */
async function prefixed(table: Table, repositoryId: number, prefix: string): Promise<Row[]> {
  return table.range(partitionOf(repositoryId), prefix, endOf(prefix), 5000);
}

function aliveUntil({ leaseUntil, epoch }: Operation, beat: Record<string, unknown> | undefined) {
  if (leaseUntil === undefined) return {};
  const until = beat?.epoch === epoch ? String(beat.until) : leaseUntil;
  return { aliveUntil: until > leaseUntil ? until : leaseUntil };
}

async function closeRow(operations: Table, { repositoryId, operationId }: Operation): Promise<void> {
  await operations.remove(partitionOf(repositoryId), openRow(operationId));
  await operations.remove(partitionOf(repositoryId), beatRow(operationId));
}

function named(key: string): Pick<TargetState, "id" | "kind" | "alias"> {
  const [kind, ...alias] = key.split(":");
  const parsed = TargetState.shape.kind.parse(kind);
  return { id: alias.join(":"), kind: parsed, alias: alias.join(":") };
}

async function claim(operations: Table, releases: Table, operation: Operation) {
  const { repositoryId, operationId } = operation;
  const partition = partitionOf(repositoryId);
  for (let tries = 0; tries < mostTries; tries++) {
    const changes: RowChange[] = [];
    for (const { target } of operation.steps) {
      const rowKey = targetRow(targetKey(target));
      const row = await releases.get(partition, rowKey);
      const known = row && TargetState.parse(row.value);
      if (known?.activeOperation === operationId) continue;
      if (known?.activeOperation !== undefined && (await isOpen(operations, partition, known.activeOperation)))
        return { taken: false, by: known.activeOperation } as const;
      const value = { ...(known ?? target), epoch: (known?.epoch ?? 0) + 1, activeOperation: operationId };
      changes.push(row ? { replace: row, value } : { insert: rowKey, value });
    }
    if (changes.length === 0 || (await releases.transaction(partition, changes))) return { taken: true } as const;
  }
  throw new Error(`The targets of ${operationId} changed ${mostTries} times while they were being taken; try again.`);
}

/** One that is closed, or gone, has let go: what it came to may not have been stored. */
async function isOpen(operations: Table, partition: string, operationId: string): Promise<boolean> {
  const row = await operations.get(partition, operationRow(operationId));
  return row !== undefined && row.value.stage !== "closed";
}

async function settle(releases: Table, operation: Operation, change: (known: Known) => Settlement) {
  const { repositoryId, operationId, releaseId, destinations } = operation;
  const partition = partitionOf(repositoryId);
  for (let tries = 0; tries < mostTries; tries++) {
    const rows = new Map<string, Row>();
    const read = async (rowKey: string) => {
      const row = await releases.get(partition, rowKey);
      if (row) rows.set(rowKey, row);
      return row?.value;
    };
    const targets = new Map<string, TargetState>();
    for (const { target } of operation.steps) {
      const value = await read(targetRow(targetKey(target)));
      if (value) targets.set(targetKey(target), TargetState.parse(value));
    }
    const held = [...targets.values()].map(({ activeOperation }) => activeOperation);
    // Written before, by a worker that did not live to say so.
    if (held.every((active) => active === undefined)) return { settled: true } as const;
    const other = held.find((active) => active !== undefined && active !== operationId);
    if (other !== undefined) return { settled: false, by: other } as const;
    const known = new Map<string, ReleaseState>();
    for (const id of new Set([releaseId, ...destinations.flatMap((one) => Object.values(one.releases))])) {
      const value = await read(releaseRow(id));
      if (value) known.set(id, ReleaseState.parse(value));
    }
    const { releases: changed, targets: freed, quarantines } = change({ releases: known, targets });
    const upserts = quarantines.map((value): RowChange => ({ upsert: quarantineRow(value.digest), value }));
    // What one transaction does not take goes before it: whoever finds this half done writes it again.
    while (upserts.length > mostQuarantines) await releases.transaction(partition, upserts.splice(0, mostQuarantines));
    const written: RowChange[] = [
      ...changed.map((value) => rowChange(rows, releaseRow(value.releaseId), value)),
      ...freed.map((value) => rowChange(rows, targetRow(targetKey(value)), value)),
      ...upserts,
    ];
    if (await releases.transaction(partition, written)) return { settled: true } as const;
  }
  throw new Error(`The targets of ${operationId} changed ${mostTries} times while they were being let go; try again.`);
}

function rowChange(rows: ReadonlyMap<string, Row>, rowKey: string, value: object): RowChange {
  const replace = rows.get(rowKey);
  return replace ? { replace, value } : { insert: rowKey, value };
}
