import * as z from "zod";
import type { NotificationMarks } from "../releases/tell/ports.ts";
import { changeRow } from "./change-row.ts";
import { partitionOf } from "./keys.ts";
import type { Tables } from "./tables.ts";

const Mark = z.object({ tries: z.int(), how: z.string().optional(), until: z.string().optional() });

const isLater = ({ until }: z.infer<typeof Mark>, now: Date) => until !== undefined && until > now.toISOString();

/** What was sent where, in table `operations`: `notified:<operation>:<what it came to>:<channel>`. */
export function createNotificationMarks(tables: Tables): NotificationMarks {
  const rows = tables.table("operations");
  const placeOf = (repositoryId: number, key: string): [string, string] => [
    partitionOf(repositoryId),
    `notified:${key}`,
  ];
  const parse = (value: unknown) => Mark.parse(value);
  return {
    async begin(repositoryId, key, now) {
      const mark = await changeRow(rows, placeOf(repositoryId, key), parse, (known) =>
        known && (known.how !== undefined || isLater(known, now)) ? known : { tries: (known?.tries ?? 0) + 1 },
      );
      if (mark.how !== undefined) return { over: true };
      const { tries, until } = mark;
      return until === undefined ? { over: false, tries } : { over: false, waitMs: Date.parse(until) - now.getTime() };
    },
    async later(repositoryId, key, until) {
      const change = { until: until.toISOString() };
      await changeRow(rows, placeOf(repositoryId, key), parse, (known) => ({ tries: 1, ...known, ...change }));
    },
    async finish(repositoryId, key, how) {
      await changeRow(rows, placeOf(repositoryId, key), parse, (known) => ({ tries: known?.tries ?? 1, how }));
    },
  };
}
