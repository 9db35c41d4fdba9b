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

  test("bad input: an empty answer is told as one", () => {
    expect(answerOf(200, "", 1)).toMatchObject({
      kind: "failed",
      reason: "the answer is no chat completion: (it is empty)",
    });
    expect(answerOf(302, " ", 1)).toMatchObject({ kind: "failed", reason: "HTTP 302: (it is empty)" });
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

  test("severities come whether or not the filter stopped anything, the worst of prompt and answer", () => {
    const graded = { hate: { filtered: false, severity: "low" }, violence: { filtered: false, severity: "safe" } };
    const prompt = { hate: { filtered: false, severity: "medium" }, jailbreak: { filtered: false, detected: false } };
    const body = completion(
      { content_filter_results: graded },
      { prompt_filter_results: [{ prompt_index: 0, content_filter_results: prompt }] },
    );
    const answer = answerOf(200, body, 1);
    expect(answer).toMatchObject({ filterSeverities: { hate: "medium", violence: "safe" } });
    expect(answer).not.toHaveProperty("filterCategories");
  });

  test("tool calls come with their arguments parsed", () => {
    const tool_calls = [
      { id: "1", type: "function", function: { name: "find", arguments: '{"city":"Bern"}' } },
      { id: "2", type: "function", function: { name: "now", arguments: "" } },
    ];
    const body = completion({ finish_reason: "tool_calls", message: { content: null, tool_calls } });
    expect(answerOf(200, body, 1)).toMatchObject({
      outcome: "completed",
      output: "",
      toolCalls: [
        { name: "find", arguments: { city: "Bern" } },
        { name: "now", arguments: {} },
      ],
    });
  });

  test("bad input: arguments that are no JSON stay the text that came, and rubbish calls are no failure", () => {
    const calls = (tool_calls: unknown) => answerOf(200, completion({ message: { content: "x", tool_calls } }), 1);
    expect(calls([{ function: { name: "find", arguments: "{city" } }])).toMatchObject({
      toolCalls: [{ name: "find", arguments: "{city" }],
    });
    expect(calls([{ function: 7 }])).not.toHaveProperty("toolCalls");
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
