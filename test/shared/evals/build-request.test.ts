import { describe, expect, test } from "vitest";
import { buildRequest } from "../../../src/shared/evals/build-request.ts";
import { parsePrompt } from "../../../src/shared/repository/parse-prompt.ts";
import { EvalCase } from "../../../src/shared/repository/suite.ts";

function prompt(front: string, body: string) {
  const text = `---\nschema: assay/prompt/v1\nname: p\nmodel: m\n${front}---\n${body}`;
  const parsed = parsePrompt("prompts/p.prompt.md", new TextEncoder().encode(text));
  if (!parsed.prompt) throw new Error(parsed.findings[0]?.message);
  return parsed.prompt;
}

describe("buildRequest", () => {
  test("a case's turns come after the prompt's messages", () => {
    const turns = [
      { role: "user", content: "Where is it?" },
      { role: "assistant", toolCalls: [{ id: "c1", name: "find", arguments: { order: 7 } }] },
      { role: "tool", toolCallId: "c1", content: "in Bern" },
      { role: "user", content: "When?" },
    ];
    const item = EvalCase.parse({ id: "1", inputs: { name: "Acme" }, turns });
    const request = buildRequest(prompt("", "You help customers of {{name}}."), item);
    expect(request?.messages).toEqual([
      { role: "system", content: "You help customers of Acme." },
      { role: "user", content: "Where is it?" },
      { role: "assistant", content: "", toolCalls: [{ id: "c1", name: "find", arguments: { order: 7 } }] },
      { role: "tool", toolCallId: "c1", content: "in Bern" },
      { role: "user", content: "When?" },
    ]);
  });

  test("a prompt's tools are offered; a prompt without any sends none", () => {
    const tools = "tools:\n  - name: find\n    parameters: { type: object, properties: { city: { type: string } } }\n";
    const item = EvalCase.parse({ id: "1", inputs: {} });
    expect(buildRequest(prompt(tools, "Go."), item)?.tools).toEqual([
      { name: "find", parameters: { type: "object", properties: { city: { type: "string" } } } },
    ]);
    expect(buildRequest(prompt("", "Go."), item)).not.toHaveProperty("tools");
  });

  test("bad input: two tools of one name", () => {
    expect(() => prompt("tools: [{ name: a }, { name: a }]\n", "Go.")).toThrow(/same name/);
  });
});
