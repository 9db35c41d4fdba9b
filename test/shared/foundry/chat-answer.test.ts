import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { answerOf } from "../../../src/shared/foundry/chat-answer.ts";

const completion = (choice: object, rest: object = {}) =>
  JSON.stringify({
    model: "m-1",
    choices: [{ index: 0, finish_reason: "stop", message: { role: "assistant", content: "Hello" }, ...choice }],
    ...rest,
  });

describe("answerOf", () => {
  test("a completion with usage", () => {
    const usage = {
      prompt_tokens: 12,
      completion_tokens: 3,
      total_tokens: 15,
      prompt_tokens_details: { cached_tokens: 4 },
    };
    expect(answerOf(200, completion({}, { usage }), 80)).toEqual({
      kind: "answer",
      outcome: "completed",
      output: "Hello",
      latencyMs: 80,
      answeredBy: "m-1",
      usage: { inputTokens: 12, outputTokens: 3, cachedInputTokens: 4 },
    });
  });

  test("missing usage is missing, not zero", () => {
    expect(answerOf(200, completion({}), 1)).not.toHaveProperty("usage");
  });

  test("a prompt that the content filter refuses is an answer of its own", () => {
    const body = JSON.stringify({
      error: {
        code: "content_filter",
        message: "The response was filtered",
        innererror: {
          code: "ResponsibleAIPolicyViolation",
          content_filter_result: {
            hate: { filtered: true, severity: "high" },
            violence: { filtered: false, severity: "safe" },
          },
        },
      },
    });
    expect(answerOf(400, body, 5)).toMatchObject({
      kind: "answer",
      outcome: "filtered",
      output: "",
      filterCategories: ["hate"],
    });
  });

  test("an answer that the content filter cuts, and one that the token limit cuts", () => {
    expect(answerOf(200, completion({ finish_reason: "content_filter" }), 1)).toMatchObject({
      outcome: "filtered",
      output: "Hello",
    });
    expect(answerOf(200, completion({ finish_reason: "length" }), 1)).toMatchObject({ outcome: "truncated" });
  });

  test.each([
    [500, "oops", true],
    [503, "", true],
    [401, JSON.stringify({ error: { message: "Access denied", code: "401" } }), false],
    [404, JSON.stringify({ error: { code: "DeploymentNotFound", message: "no such deployment" } }), false],
    [400, JSON.stringify({ error: { code: "unsupported_parameter", message: "temperature" } }), false],
    [200, "<html>proxy</html>", true],
    [200, JSON.stringify({ choices: [] }), true],
  ])("bad input: HTTP %i %j is the infrastructure's failure", (status, body, retryable) => {
    expect(answerOf(status, body, 1)).toMatchObject({ kind: "failed", retryable });
  });

  test("property: never throws", () => {
    fc.assert(
      fc.property(fc.integer({ min: 100, max: 599 }), fc.oneof(fc.string(), fc.json()), (status, body) => {
        expect(["answer", "failed"]).toContain(answerOf(status, body, 1).kind);
      }),
    );
  });
});
