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
    async record(repositoryId, decision, [requestId = "", ...others]) {
      const { decisionId, route } = decision;
      const first = await claim(repositoryId, decision, requestId);
      const at = first ?? decision.at;
      const table = monthOf(at);
      const key = rowKey(at, decisionId);
      const own = { ...decision, at };
      const fresh = first === undefined && (await table.insert(hourKey(repositoryId, route, at), key, own));
      const stored = fresh
        ? own
        : await changeRow(table, [hourKey(repositoryId, route, at), key], parse, (known) =>
            known ? (withLearned(known, own) ?? known) : own,
          );
      if (stored.contextDigest === own.contextDigest)
        await Promise.all(others.map((id) => table.insert(...pointer(repositoryId, id, decisionId), { route, at })));
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

  /** When the first decision of this id was made; undefined where this one is the first. */
  async function claim(
    repositoryId: number,
    decision: RecordedDecision,
    requestId: string,
  ): Promise<string | undefined> {
    const { decisionId, route, at } = decision;
    const [partition, key] = pointer(repositoryId, requestId, decisionId);
    const now = new Date(at);
    // A request that is told again after the turn of the month has its row in the table before.
    const earlier = now.getUTCDate() === 1 ? await monthOf(monthBefore(now)).get(partition, key) : undefined;
    if (earlier) return String(earlier.value.at);
    if (await monthOf(at).insert(partition, key, { route, at })) return undefined;
    const row = await monthOf(at).get(partition, key);
    return row ? String(row.value.at) : undefined;
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
const rowKey = (at: string, decisionId: string) => `${minuteOf(at)}:${decisionId}`;

function pointer(repositoryId: number, id: string, decisionId: string): [string, string] {
  const digest = hash("sha256", id);
  return [`${repositoryId}:id:${digest.slice(0, 2)}`, `${digest}:${decisionId}`];
}
