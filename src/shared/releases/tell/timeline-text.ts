import { inline, table } from "../../gate/markdown.ts";
import { redact } from "../../redaction/redact.ts";
import type { Operation } from "../operation.ts";
import { between, momentsOf } from "./moments.ts";

/** How much of a long operation is shown. */
export interface Limits {
  lines: number;
  chars: number;
}

/** The four moments that count of a rollback, with the seconds between them; of a promotion how long it took. */
export function momentsText(operation: Operation): string {
  const { seen, fired, accepted, verified } = momentsOf(operation);
  const row = (name: string, what: string, at: string | undefined) => [
    name,
    what,
    at ?? "not known",
    between(seen, at),
  ];
  // Nothing was wrong before a promotion.
  if (operation.kind === "promote")
    return verified === undefined
      ? `accepted ${accepted ?? "at a time that is not known"}`
      : `accepted to routing verified: **${between(accepted, verified)}**`;
  const rows = [
    row("t0", "anomaly seen", seen),
    row("t1", "alert fired", fired),
    row("t2", "accepted", accepted),
    row("t3", "routing verified", verified),
  ];
  const sums = `t3 − t1: **${between(fired, verified)}** · t3 − t0: **${between(seen, verified)}**`;
  return `${table(["", "moment", "time (UTC)", "since t0"], rows, "lllr")}\n\n${sums}`;
}

/** Every line of the operation's timeline; of a very long one the first and the last. */
export function timelineText(operation: Operation, { lines, chars }: Limits): string {
  const { timeline, createdAt } = operation;
  const start = momentsOf(operation).seen ?? createdAt;
  const head = timeline.slice(0, Math.ceil(lines / 2));
  const tail = timeline.slice(Math.max(head.length, timeline.length - Math.floor(lines / 2)));
  const left = timeline.length - head.length - tail.length;
  const rowOf = ({ at, what }: { at: string; what: string }) => [at, between(start, at), safe(what, chars)];
  const gap = left > 0 ? [["…", "", `${left} more lines`]] : [];
  return table(["time (UTC)", "after", "what"], [...head.map(rowOf), ...gap, ...tail.map(rowOf)], "lrl");
}

/** Whatever anybody wrote, in a line of Markdown: without secrets, and with nothing that GitHub would act on. */
export function safe(text: string, maxChars = 300): string {
  return inline(redact(text).text, maxChars);
}
