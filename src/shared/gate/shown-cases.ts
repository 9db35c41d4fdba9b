import type { ReadShard } from "./case-texts.ts";
import { findFlips } from "./flips.ts";
import type { JudgedPart } from "./judge-gate.ts";
import type { Flip, WorstCase } from "./report.ts";
import { findWorstCases } from "./worst-cases.ts";

/** The cases that a report shows with their texts: of each suite and prompt under the first rules that have any. */
export async function shownCases(
  parts: readonly Pick<JudgedPart, "comparison" | "judged" | "cases">[],
  readShard: ReadShard,
): Promise<{ flips: Flip[]; worst: WorstCase[] }> {
  const flips: Flip[] = [];
  const worst: WorstCase[] = [];
  for (const { comparison, judged, cases } of parts) {
    const known = (own: { suite: string; prompt: string }) =>
      own.suite === comparison.suite && own.prompt === comparison.prompt;
    if (!flips.some(known)) flips.push(...(await findFlips(comparison, judged, cases, readShard)));
    if (!worst.some(known)) worst.push(...(await findWorstCases(comparison, judged, cases, readShard)));
  }
  return { flips, worst };
}
