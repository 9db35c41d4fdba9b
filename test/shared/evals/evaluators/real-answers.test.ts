import { readFileSync } from "node:fs";
import { describe, expect } from "vitest";
import * as z from "zod";
import { reportRows, testWithData } from "../../../support/data.ts";
import { numberOf } from "./scored.ts";

const Row = z.object({
  question: z.string(),
  truth: z.string(),
  runs: z.object({ baseline: z.object({ answer: z.string() }), baseline2: z.object({ answer: z.string() }) }),
});

function mean(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0) / values.length;
}

describe("lexical measures on recorded answers", () => {
  testWithData(
    "an answer to the same question is backed, one to another is not",
    "datasets/rag-chat-runs/runs.jsonl",
    async (path) => {
      const rows = readFileSync(path, "utf8")
        .trim()
        .split("\n")
        .map((line) => Row.parse(JSON.parse(line)));
      const same: number[] = [];
      const other: number[] = [];
      const answered: number[] = [];
      const invented: number[] = [];
      for (const [i, row] of rows.entries()) {
        const fields = { inputs: { question: row.question }, context: [row.runs.baseline.answer, row.truth] };
        const stranger = rows[(i + 7) % rows.length]?.runs.baseline.answer ?? "";
        const answer = row.runs.baseline2.answer;
        same.push(await numberOf("groundedness", {}, answer, fields));
        other.push(await numberOf("groundedness", {}, stranger, fields));
        const extra = " Our Zurich office, led by Ada Quux since 1987, pays members 350 dollars a week for it.";
        invented.push(await numberOf("groundedness", {}, answer + extra, fields));
        answered.push(await numberOf("refusal", { expect: "answer" }, answer, fields));
      }
      reportRows("rag-chat-runs", rows.length, 0);
      expect(mean(same)).toBeGreaterThan(0.85);
      expect(mean(other)).toBeLessThan(0.2);
      // Whatever the answer's length, one invented sentence takes its share.
      expect(invented.filter((score, i) => score >= (same[i] ?? 0) && (same[i] ?? 0) > 0)).toEqual([]);
      expect(mean(answered)).toBeGreaterThan(0.95);
    },
  );
});
