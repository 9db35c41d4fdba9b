import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parsePrompt } from "../../../src/shared/repository/parse-prompt.ts";
import { diffPrompts } from "../../../src/shared/repository/prompt-diff.ts";
import { helloPrompt } from "./memory-repository.ts";

const read = (text: string) => {
  const { prompt } = parsePrompt("prompts/hello.prompt.md", new TextEncoder().encode(text));
  if (!prompt) throw new Error("no prompt");
  return prompt;
};

describe("diffPrompts", () => {
  test("shows texts by role, by line and by word", () => {
    const diff = diffPrompts(
      read(helloPrompt),
      read(helloPrompt.replace("briefly", "warmly").replace("1.0.0", "1.0.1")),
    );
    expect(diff).toMatchObject({ name: "hello", baseVersion: "1.0.0", headVersion: "1.0.1", fields: [] });
    expect(diff.messages).toEqual([
      {
        role: "system",
        index: 0,
        kind: "changed",
        base: "You answer briefly.",
        head: "You answer warmly.",
        lines: [
          { kind: "removed", text: "You answer briefly." },
          { kind: "added", text: "You answer warmly." },
        ],
        words: [
          { kind: "same", text: "You answer " },
          { kind: "removed", text: "briefly" },
          { kind: "added", text: "warmly" },
          { kind: "same", text: "." },
        ],
      },
      {
        role: "user",
        index: 0,
        kind: "same",
        base: "{{question}}",
        head: "{{question}}",
        lines: [{ kind: "same", text: "{{question}}" }],
      },
    ]);
  });

  test("shows parameters, inputs and model key by key", () => {
    const head = helloPrompt
      .replace("gpt-4.1@2025-04-14", "gpt-5")
      .replace("{ type: string }", "{ maxLength: 9 }")
      .replace("inputs:", "parameters: { temperature: 0.2 }\nowners: [a]\ninputs:");
    expect(diffPrompts(read(helloPrompt), read(head)).fields).toEqual([
      { key: "inputs.question.maxLength", head: 9 },
      { key: "model", base: "gpt-4.1@2025-04-14", head: "gpt-5" },
      { key: "parameters.temperature", head: 0.2 },
    ]);
  });

  test("shows added and removed messages and prompts", () => {
    const more = read(`${helloPrompt}\nassistant:\nSure.\n\nuser:\nGo on.\n`);
    const kinds = (diff: ReturnType<typeof diffPrompts>) =>
      diff.messages.map(({ role, index, kind }) => `${role} ${index} ${kind}`);
    expect(kinds(diffPrompts(read(helloPrompt), more))).toEqual([
      "system 0 same",
      "user 0 same",
      "assistant 0 added",
      "user 1 added",
    ]);
    expect(kinds(diffPrompts(more, read(helloPrompt)))).toEqual([
      "system 0 same",
      "user 0 same",
      "assistant 0 removed",
      "user 1 removed",
    ]);
    expect(diffPrompts(undefined, more)).toMatchObject({ added: true, headVersion: "1.0.0" });
    expect(diffPrompts(more, undefined)).toMatchObject({ removed: true, baseVersion: "1.0.0" });
    expect(() => diffPrompts(undefined, undefined)).toThrow(TypeError);
  });

  test("both sides can be read off the changes", () => {
    const text = fc.string({ unit: fc.constantFrom("a", "b", " ", "\n", "ü", ".", "word"), maxLength: 60 });
    const [base] = [read(helloPrompt)];
    fc.assert(
      fc.property(text, text, (was, is) => {
        const side = (template: string) => ({ ...base, messages: [{ role: "user" as const, template }] });
        const [message] = diffPrompts(side(was), side(is)).messages;
        for (const changes of [message?.lines ?? [], message?.words ?? message?.lines ?? []]) {
          const without = (kind: string) =>
            changes
              .filter((change) => change.kind !== kind)
              .map((change) => change.text)
              .join("");
          expect(without("added")).toBe(was);
          expect(without("removed")).toBe(is);
        }
      }),
    );
  });

  test("bad input: two large texts without anything in common", () => {
    const words = (seed: string) => Array.from({ length: 30_000 }, (_, index) => `${seed}${index}`).join(" ");
    const side = (template: string) => ({ ...read(helloPrompt), messages: [{ role: "user" as const, template }] });
    const [message] = diffPrompts(side(words("a")), side(words("b"))).messages;
    expect(message?.kind).toBe("changed");
    expect(message?.words).toBeUndefined();
    expect(message?.lines).toHaveLength(2);
  });
});
