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
  ["[/rollback chat](https://docs.test)", []],
  ["[/rollback][1] chat\n\n[1]: https://docs.test", []],
  ["![/rollback chat](x.png)", []],
  ["/rollback [chat](https://docs.test)", [{ name: "rollback", args: ["chat"] }]],
  ["\\/rollback chat", []],
  ["\\\\/rollback chat", []],
  ["&#47;rollback chat", []],
  ["&#x2F;rollback &sol; chat", []],
  ["/rollback --reason=a\\/b", [{ name: "rollback", args: ["--reason=a/b"] }]],
  ["<code>/rollback chat</code>", []],
  ["it was <del>\n/rollback chat\n</del>", []],
  ["it was <!-- \n/rollback chat\n --> mended", []],
  ["as for <chat>\n/rollback chat", [{ name: "rollback", args: ["chat"] }]],
  ["<br>\n\n/rollback <b>chat</b>", [{ name: "rollback", args: ["chat"] }]],
])("%j", (comment, commands) => {
  expect(parseCommands(comment)).toEqual(commands);
});

test("lines that only look like commands crowd none out", () => {
  const paths = Array.from({ length: 60 }, (_, index) => `/usr/lib/${index} is full`);
  expect(parseCommands([...paths, "/rollback chat"].join("\n")).at(-1)).toEqual({ name: "rollback", args: ["chat"] });
});
