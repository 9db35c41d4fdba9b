import fc from "fast-check";
import { expect, test } from "vitest";
import { messagesOf } from "../../../src/local/functions-host/output-queues.ts";
import { decodeMessage, encodeMessage } from "../../../src/local/functions-host/queue-invocation.ts";

test.each([
  [{ json: '{"a":1}' }, ['{"a":1}']],
  [{ json: '[{"a":1},"b",2]' }, ['{"a":1}', "b", "2"]],
  [{ json: "[]" }, []],
  [{ string: "plain" }, ["plain"]],
  [{ string: "" }, [""]],
  [{ int: 0 }, ["0"]],
  [{ double: 1.5 }, ["1.5"]],
  [{}, []],
])("%j is sent as %j", (data, messages) => {
  expect(messagesOf(data)).toEqual(messages);
});

test("what is sent is read back, in either encoding", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), fc.constantFrom("base64", "none"), (text, encoding) => {
      expect(decodeMessage(encodeMessage(text, encoding), encoding)).toBe(text);
    }),
  );
});

test("bad input: what is not base64 is told from what is", () => {
  expect(decodeMessage('{"id":1}', "base64")).toBe(undefined);
  expect(decodeMessage("YQ", "base64")).toBe(undefined);
  expect(decodeMessage("YQ==", "base64")).toBe("a");
});
