import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { embeddingAnswerOf } from "../../../src/shared/foundry/embedding-answer.ts";

const body = (vectors: [number, number[]][]) =>
  JSON.stringify({
    object: "list",
    model: "e-1",
    data: vectors.map(([index, embedding]) => ({ object: "embedding", index, embedding })),
    usage: { prompt_tokens: 7, total_tokens: 7 },
  });

describe("embeddingAnswerOf", () => {
  test("vectors come in the order of the texts, whatever order they are sent in", () => {
    expect(
      embeddingAnswerOf(
        200,
        body([
          [1, [3, 4]],
          [0, [1, 2]],
        ]),
        2,
        5,
      ),
    ).toEqual({
      kind: "answer",
      vectors: [
        [1, 2],
        [3, 4],
      ],
      latencyMs: 5,
      usage: { inputTokens: 7, outputTokens: 0 },
      answeredBy: "e-1",
    });
  });

  test.each([
    [200, body([[0, [1]]]), 2],
    [
      200,
      body([
        [0, [1]],
        [0, [2]],
      ]),
      2,
    ],
    [
      200,
      body([
        [0, [1, 2]],
        [1, [1]],
      ]),
      2,
    ],
    [200, "<html>", 1],
    [404, '{"error":{"code":"DeploymentNotFound","message":"no"}}', 1],
  ])("bad input: HTTP %i %j for %i texts is a failure", (status, text, texts) => {
    expect(embeddingAnswerOf(status, text, texts, 1)).toMatchObject({ kind: "failed" });
  });

  test("property: never throws", () => {
    fc.assert(
      fc.property(fc.integer({ min: 100, max: 599 }), fc.oneof(fc.string(), fc.json()), (status, text) => {
        expect(["answer", "failed"]).toContain(embeddingAnswerOf(status, text, 1, 1).kind);
      }),
    );
  });
});
