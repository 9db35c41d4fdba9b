import { expect, test } from "vitest";
import { chatBodyOf } from "../../../src/shared/foundry/chat-body.ts";

test("a request with tools and a transcript has the shape of the OpenAI format", () => {
  const body = chatBodyOf(
    {
      deployment: "m",
      messages: [
        { role: "user", content: "Where?" },
        { role: "assistant", content: "", toolCalls: [{ id: "c1", name: "find", arguments: { order: 7 } }] },
        { role: "tool", content: "Bern", toolCallId: "c1" },
      ],
      maxOutputTokens: 9,
      tools: [{ name: "find", parameters: { type: "object" } }],
    },
    true,
  );
  expect(JSON.parse(JSON.stringify(body))).toEqual({
    model: "m",
    messages: [
      { role: "user", content: "Where?" },
      {
        role: "assistant",
        content: "",
        tool_calls: [{ id: "c1", type: "function", function: { name: "find", arguments: '{"order":7}' } }],
      },
      { role: "tool", content: "Bern", tool_call_id: "c1" },
    ],
    max_completion_tokens: 9,
    tools: [{ type: "function", function: { name: "find", parameters: { type: "object" } } }],
  });
});

test("what a request does not say is not sent", () => {
  const body = chatBodyOf({ deployment: "m", messages: [{ role: "user", content: "q" }] }, false);
  expect(JSON.parse(JSON.stringify(body))).toEqual({ model: "m", messages: [{ role: "user", content: "q" }] });
});
