import { expect, test } from "vitest";
import { isKey } from "../../../src/shared/storage/keys.ts";

test.each([
  ["release:chat-0123456789ab", true],
  ["release:größer ☃ 'quoted'", true],
  ["release:a/b", false],
  ["release:a\\b", false],
  ["release:a#b", false],
  ["release:a?b", false],
  ["release:a\u0000b", false],
  ["release:a\u0085b", false],
  [`release:${"x".repeat(505)}`, false],
])("%j can be a row's key: %s", (key, can) => {
  expect(isKey(key)).toBe(can);
});
