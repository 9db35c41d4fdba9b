import * as z from "zod";
import type { NotificationMarks } from "../releases/tell/ports.ts";
import { changeRow } from "./change-row.ts";
import { partitionOf } from "./keys.ts";
import type { Tables } from "./tables.ts";

const Mark = z.object({ tries: z.int(), how: z.string().optional() });

/** What was sent where, in table `operations`: `notified:<operation>:<what it came to>:<channel>`. */
export function createNotificationMarks(tables: Tables): NotificationMarks {
  const rows = tables.table("operations");
  const placeOf = (repositoryId: number, key: string): [string, string] => [
    partitionOf(repositoryId),
    `notified:${key}`,
  ];
  const parse = (value: unknown) => Mark.parse(value);
  return {
    async begin(repositoryId, key) {
      const { how, tries } = await changeRow(rows, placeOf(repositoryId, key), parse, (known) =>
        known?.how === undefined ? { tries: (known?.tries ?? 0) + 1 } : known,
      );
      return how === undefined ? { over: false, tries } : { over: true };
    },
    async finish(repositoryId, key, how) {
      await changeRow(rows, placeOf(repositoryId, key), parse, (known) => ({ tries: known?.tries ?? 1, how }));
    },
  };
}
