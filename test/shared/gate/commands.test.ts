import { expect, test } from "vitest";
import { parseCommands } from "../../../src/shared/gate/commands.ts";

test.each([
  ["/ok-to-test 1234567", [{ name: "ok-to-test", args: ["1234567"] }]],
  ["looks fine\n/ok-to-test 1234567", [{ name: "ok-to-test", args: ["1234567"] }]],
  ["  /OK-to-test\u00a01234567  \r\n", [{ name: "ok-to-test", args: ["1234567"] }]],
  ["/ok-to-test\u00a01234567\r\n", [{ name: "ok-to-test", args: ["1234567"] }]],
  ["/eval-suite \u2014since=yesterday", [{ name: "eval-suite", args: ["--since=yesterday"] }]],
  ["> /ok-to-test 1234567", []],
  ["```\n/ok-to-test 1234567\n```", []],
  ["    /ok-to-test 1234567", []],
  ["<!-- /ok-to-test 1234567 -->", []],
  ["please say /ok-to-test 1234567", []],
  ["", []],
  ["/rollback `--dry-run`", [{ name: "rollback", args: ["--dry-run"] }]],
  ["/rollback\n--dry-run", [{ name: "rollback", args: ["--dry-run"] }]],
  ["/rollback  \n\u2014dry-run\nthanks", [{ name: "rollback", args: ["--dry-run"] }]],
  [
    "/rollback\\\n--to=a  \n/freeze",
    [
      { name: "rollback", args: ["--to=a"] },
      { name: "freeze", args: [] },
    ],
  ],
  ["thanks  \n/rollback", [{ name: "rollback", args: [] }]],
  ["`/rollback`", []],
  ["**`/rollback`**", []],
  ["`x` /rollback", []],
  ["so said `one\n/rollback` of us", []],
])("%j", (comment, commands) => {
  expect(parseCommands(comment)).toEqual(commands);
});

test("at most five commands of one comment are read", () => {
  expect(parseCommands(Array.from({ length: 60 }, () => "/ok-to-test 1234567").join("\n"))).toHaveLength(5);
});
