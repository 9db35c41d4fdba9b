import { hash } from "node:crypto";
import type { Clock } from "../clock.ts";
import { type DecisionStore, RecordedDecision, withLearned } from "../routing/recorded-decision.ts";
import { changeRow } from "./change-row.ts";
import { endOf, monthBefore, monthly } from "./keys.ts";
import type { Row, Table, Tables } from "./tables.ts";

/** Decisions that one id is told of: a trace may hold many calls. */
const mostFound = 50;

/**
 * A decision's row lies in its route's hour; each id has a row that points to it, spread over 256 partitions. Ids are kept
 * as digests: they have any length and any character, and what a person typed into one is not stored.
 */
export function createDecisionStore(tables: Tables, clock: Clock): DecisionStore {
  const monthOf = (at: string | Date) => tables.table(monthly("decisions", new Date(at)));

  return {
    async record(repositoryId, decision, [requestId = "", ...others], unprompted) {
      const before = unprompted ? await tellPrompt(repositoryId, decision, requestId, unprompted) : undefined;
      const stored = before ?? (await tell(repositoryId, decision, requestId));
      if (stored.contextDigest !== decision.contextDigest) return stored;
      const { decisionId, route, at } = stored;
      const point = (id: string) => monthOf(at).insert(...pointer(repositoryId, id, decisionId), { route, at });
      await Promise.all(others.map(point));
      return stored;
    },

    async find(repositoryId, id) {
      const now = clock.now();
      const before = monthBefore(now);
      const found: RecordedDecision[] = [];
      for (const table of [monthBefore(before), before, now].map(monthOf)) {
        const [partition, prefix] = pointer(repositoryId, id, "");
        for (const row of await table.range(partition, prefix, endOf(prefix), mostFound)) {
          const own = await target(table, repositoryId, row);
          if (own) found.push(parse(own.value));
        }
      }
      return found.toSorted((a, b) => a.at.localeCompare(b.at)).slice(0, mostFound);
    },

    async list(repositoryId, route, { from, after, limit }) {
      const [afterHour = "", afterRow = ""] = after?.split("/") ?? [];
      const found: Row[] = [];
      const now = clock.now().getTime();
      for (let hour = new Date(from).setUTCMinutes(0, 0, 0); hour <= now; hour += 3_600_000) {
        const at = new Date(hour).toISOString();
        if (hourOf(at) < afterHour) continue;
        const start = hour < from.getTime() ? minuteOf(from.toISOString()) : "0";
        // `;` follows `:`, and `!` is below every digit that could follow a row's own key.
        const first = hourOf(at) === afterHour ? `${afterRow}!` : start;
        const partition = hourKey(repositoryId, route, at);
        found.push(...(await monthOf(at).range(partition, first, "~", limit + 1 - found.length)));
        if (found.length > limit) break;
      }
      const decisions = found.slice(0, limit).map(({ value }) => parse(value));
      const last = decisions.at(-1);
      return {
        decisions,
        ...(found.length > limit && last ? { next: `${hourOf(last.at)}/${rowKey(last.at, last.decisionId)}` } : {}),
      };
    },
  };

  async function tell(repositoryId: number, decision: RecordedDecision, requestId: string): Promise<RecordedDecision> {
    const first = await claim(repositoryId, decision, requestId);
    const own = { ...decision, at: first ?? decision.at };
    const keys = keysOf(repositoryId, own);
    if (first === undefined && (await monthOf(own.at).insert(...keys, own))) return own;
    return changeRow(monthOf(own.at), keys, parse, (known) => (known ? (withLearned(known, own) ?? known) : own));
  }

  /** The same decision, told before without its prompt, has it now; undefined where there is none, or it has another. */
  async function tellPrompt(
    repositoryId: number,
    decision: RecordedDecision,
    requestId: string,
    unprompted: string,
  ): Promise<RecordedDecision | undefined> {
    const [partition, key] = pointer(repositoryId, requestId, unprompted);
    const row = (await claimed(decision.at, partition, key)) ?? (await monthOf(decision.at).get(partition, key));
    if (!row) return undefined;
    const own = { ...decision, decisionId: unprompted, at: String(row.value.at) };
    const keys = keysOf(repositoryId, own);
    const isOne = ({ contextDigest, prompt }: RecordedDecision) =>
      contextDigest === own.contextDigest && (prompt?.digest ?? own.prompt?.digest) === own.prompt?.digest;
    const known = await monthOf(own.at).get(...keys);
    if (!known || !isOne(parse(known.value))) return undefined;
    const stored = await changeRow(monthOf(own.at), keys, parse, (now = own) =>
      isOne(now) ? (withLearned(now, own) ?? now) : now,
    );
    return isOne(stored) ? stored : undefined;
  }

  /** When the first decision of this id was made; undefined where this one is the first. */
  async function claim(
    repositoryId: number,
    { decisionId, route, at }: RecordedDecision,
    requestId: string,
  ): Promise<string | undefined> {
    const [partition, key] = pointer(repositoryId, requestId, decisionId);
    const earlier = await claimed(at, partition, key);
    if (earlier) return String(earlier.value.at);
    if (await monthOf(at).insert(partition, key, { route, at })) return undefined;
    const row = await monthOf(at).get(partition, key);
    return row ? String(row.value.at) : undefined;
  }

  /** A request that is told again after the turn of the month has its row in the table before. */
  async function claimed(at: string, partition: string, key: string): Promise<Row | undefined> {
    const now = new Date(at);
    return now.getUTCDate() === 1 ? monthOf(monthBefore(now)).get(partition, key) : undefined;
  }

  /** The row that an id's row points to; a worker that died in between left none. */
  function target(table: Table, repositoryId: number, { rowKey: key, value }: Row): Promise<Row | undefined> {
    const at = String(value.at);
    return table.get(hourKey(repositoryId, String(value.route), at), rowKey(at, key.slice(key.indexOf(":") + 1)));
  }
}

const parse = (value: unknown) => RecordedDecision.parse(value);
const hourOf = (at: string) => at.slice(0, 13).replace(/[-T]/g, "");
/** Minutes, seconds and milliseconds. */
const minuteOf = (at: string) => at.slice(14, 23).replace(/[:.]/g, "");
const hourKey = (repositoryId: number, route: string, at: string) => `${repositoryId}:${route}:${hourOf(at)}`;
const keysOf = (repositoryId: number, { route, at, decisionId }: RecordedDecision): [string, string] => [
  hourKey(repositoryId, route, at),
  rowKey(at, decisionId),
];
const rowKey = (at: string, decisionId: string) => `${minuteOf(at)}:${decisionId}`;

function pointer(repositoryId: number, id: string, decisionId: string): [string, string] {
  const digest = hash("sha256", id);
  return [`${repositoryId}:id:${digest.slice(0, 2)}`, `${digest}:${decisionId}`];
}
