import { describe, expect, test } from "vitest";
import type { EmbeddingAnswer } from "../../../../src/shared/evals/embedding-client.ts";
import { requireMetrics } from "../../../../src/shared/evals/metrics.ts";
import { scoreSample } from "../../../../src/shared/evals/score-sample.ts";
import type { KeptAnswer } from "../../../../src/shared/evals/scoring-models.ts";
import { EvalCase } from "../../../../src/shared/repository/suite.ts";

async function score(vectors: number[][] | EmbeddingAnswer, output = "an answer", expected = ["one", "two"]) {
  const kept = new Map<string, KeptAnswer>();
  const asked: string[][] = [];
  const [metric] = requireMetrics([{ uses: "embedding-similarity", with: { deployment: "e@1" }, primary: true }]);
  const input = {
    case: EvalCase.parse({ id: "c", inputs: {}, expected }),
    sample: { caseId: "c", repeat: 0, requestDigest: "d", outcome: "completed" as const, output, latencyMs: 1 },
  };
  const models = {
    complete: async () => ({ kind: "failed" as const, reason: "no chat", retryable: false }),
    embed: async ({ texts }: { texts: string[] }): Promise<EmbeddingAnswer> => {
      asked.push(texts);
      return Array.isArray(vectors) ? { kind: "answer", vectors, latencyMs: 1, answeredBy: "e-1" } : vectors;
    },
    kept: {
      get: async (key: string) => kept.get(key),
      put: async (key: string, v: KeptAnswer) => void kept.set(key, v),
    },
  };
  const all = [];
  for (let i = 0; i < 2; i++)
    all.push((await scoreSample(metric ? [metric] : [], input, models))["embedding-similarity"]);
  expect(all[1]).toEqual(all[0]);
  return { score: all[0], asked, asks: metric?.asks };
}

describe("embedding-similarity", () => {
  test("the cosine with the nearest reference, paid once, with the deployment pinned", async () => {
    const result = await score([
      [1, 0],
      [0, 2],
      [3, 4],
    ]);
    expect(result.score).toEqual({ value: 0.6, judgedBy: "e-1" });
    expect(result.asked).toEqual([["an answer", "one", "two"]]);
    expect(result.asks).toEqual([{ kind: "embedding", deployment: "e", version: "1" }]);
  });

  test("opposite directions are 0, not below; without a reference it does not apply", async () => {
    expect(
      (
        await score([
          [1, 0],
          [-1, 0],
          [-1, 1],
        ])
      ).score,
    ).toMatchObject({ value: 0 });
    expect((await score([], "an answer", [])).score).toHaveProperty("notApplicable");
    expect((await score([], " ")).score).toMatchObject({ value: 0 });
  });

  test("bad input: a zero vector, NaN, infinity or no answer is a missing score, never 0", async () => {
    for (const vectors of [
      [
        [0, 0],
        [1, 0],
        [0, 1],
      ],
      [[Number.NaN], [1], [1]],
      [[Number.POSITIVE_INFINITY], [1], [1]],
    ])
      expect((await score(vectors)).score).toHaveProperty("missing");
    const failed = await score({ kind: "failed", reason: "HTTP 404", retryable: false });
    expect(failed.score).toEqual({ missing: "no embedding: HTTP 404", again: true });
  });
});
