import { messageOf } from "../../src/shared/errors.ts";
import { datasetFile } from "./real-pairs.ts";
import type { RowCheck } from "./row-check.ts";
import { StatisticsFile, type StatisticsRow } from "./statistics-file.ts";
import { type Answer, KINDS } from "./statistics-kinds.ts";
import { UnclaimedError } from "./unclaimed.ts";

/** Whether the file is shaped like stats-conformance.json. */
export function isStatisticsFile(file: unknown): boolean {
  return StatisticsFile.safeParse(file).success;
}

/** Every row recomputed by `shared/statistics` and compared within the row's absolute tolerance. */
export function checkStatisticsFile(file: unknown): RowCheck[] {
  return StatisticsFile.parse(file).rows.map(checkStatisticsRow);
}

export function checkStatisticsRow(row: StatisticsRow): RowCheck {
  const { id, kind, input, expected, tolerance } = row;
  try {
    const compute = Object.hasOwn(KINDS, kind) ? KINDS[kind] : undefined;
    if (!compute) {
      if (typeof input.dataset === "string") datasetFile(input.dataset);
      throw new UnclaimedError(`the kind ${kind} is not computed`);
    }
    const wrong = differences(compute(input), expected, tolerance, "");
    if (wrong.length > 0) return { id, outcome: "wrong", detail: wrong.join("; ") };
    return { id, outcome: "right", detail: `${kind}, within ${tolerance}` };
  } catch (error) {
    const outcome = error instanceof UnclaimedError ? "unclaimed" : "wrong";
    return { id, outcome, detail: messageOf(error) };
  }
}

/** Where an answer is not the expected one. Null is "no such figure": nothing may be given for it, NaN neither. */
function differences(found: Answer, expected: unknown, tolerance: number, at: string): string[] {
  const place = at === "" ? "" : `${at} `;
  if (expected === null) return found === undefined ? [] : [`${place}is ${found}, none expected`];
  if (Array.isArray(expected)) {
    const list = Array.isArray(found) ? found : [];
    if (list.length !== expected.length) return [`${place}has ${list.length} figures, ${expected.length} expected`];
    return expected.flatMap((value, i) => differences(list[i], value, tolerance, `${at}[${i}]`));
  }
  if (typeof expected === "object") {
    const named = typeof found === "object" && !Array.isArray(found) ? found : {};
    return Object.entries(expected).flatMap(([name, value]) => {
      if (!Object.hasOwn(named, name)) throw new UnclaimedError(`${name} is not computed`);
      return differences(named[name], value, tolerance, name);
    });
  }
  const right =
    typeof expected === "number" && typeof found === "number"
      ? Math.abs(found - expected) <= tolerance
      : found === expected;
  return right ? [] : [`${place}is ${String(found)}, ${String(expected)} expected`];
}
