import type { AliasRecords, Stored } from "./deployment-alias.ts";
import { type FlipResult, type Pointer, type Refused, samePointer } from "./target-port.ts";

/** Records of one repository that each hold a pointer. */
export interface PointingRecords<T> {
  records: AliasRecords<T>;
  repository: { fullName: string };
  pointerTo(stored: Stored<T> | undefined): Pointer | undefined;
  /** As reasons name an alias, and what somebody else did to it: `the route`, `published anew`. */
  words: { the: string; moved: string };
}

/** Points the record elsewhere by one write that its ETag fences. `recordOf`: the record that points there, or why there is none. */
export async function flipAlias<T>(
  { records, repository: { fullName }, pointerTo, words }: PointingRecords<T>,
  { alias, to, expected }: { alias: string; to: Pointer; expected: Pointer | undefined },
  recordOf: (before: T | undefined) => Promise<{ record: T } | Refused>,
): Promise<FlipResult> {
  const before = await records.get(fullName, alias);
  const found = pointerTo(before);
  if (found && samePointer(found, to)) return { kind: "done", pointer: found };
  // The fence of the look that led here: a record that came back to the same value was changed all the same.
  const moved = expected?.fence !== undefined && expected.fence !== found?.fence;
  if (moved || !samePointer(found, expected))
    return { kind: "conflict", found, reason: `${words.the} ${alias} was ${words.moved} by somebody else` };
  const made = await recordOf(before?.value);
  if ("kind" in made) return made;
  const written = await records.set(fullName, alias, made.record, before?.etag);
  const after = pointerTo(await records.get(fullName, alias));
  if (written && after) return { kind: "done", pointer: after };
  return { kind: "conflict", found: after, reason: `${words.the} ${alias} was changed at the same time` };
}
