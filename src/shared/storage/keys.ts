/** The partition of a repository; 0 is the house itself. */
export function partitionOf(repositoryId: number): string {
  return String(repositoryId);
}

/** Whether a row can be called so: of anything else Table storage answers 400, and not that there is none [docs: table data model]. */
export function isKey(text: string): boolean {
  return text.length <= 512 && !/[/\\#?\p{Cc}]/u.test(text);
}

/** The end of the range of row keys that start with `prefix`. */
export function endOf(prefix: string): string {
  return `${prefix.slice(0, -1)}${String.fromCharCode(prefix.charCodeAt(prefix.length - 1) + 1)}`;
}

/** Tables that only grow are one a month: `deliveries202611`. */
export function monthly(table: string, at: Date): string {
  return `${table}${at.toISOString().slice(0, 7).replace("-", "")}`;
}

/** The month before, whose rows still count for what may come again a few days later. */
export function monthBefore(at: Date): Date {
  return new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() - 1, 1));
}
