import { expect, test } from "vitest";
import { commitAuthors } from "../../../src/shared/github/commit-authors.ts";

const commit = (message: string, email = "ada@example.com") => ({
  ...{ author: null, committer: null },
  commit: { message, author: { email }, committer: { email } },
});

test("whoever wrote, committed or is named as a co-author of a commit has written it", () => {
  expect(commitAuthors({ ...commit("m"), author: { login: "ada" }, committer: { login: "ben" } })).toEqual([
    "ada",
    "ben",
  ]);
  expect(commitAuthors({ ...commit("m"), author: { login: "ada" }, committer: { login: "web-flow" } })).toEqual([
    "ada",
  ]);
  expect(commitAuthors(commit("m", "7+ada@users.noreply.github.com"))).toEqual(["ada"]);
  const trailers = [
    "Co-authored-by: Grace <12+grace-h@users.noreply.github.com>",
    "co-authored-by: Ben <ben@users.noreply.ghe.example>",
    "Co-authored-by: Eve <eve@example.com>",
    "Reviewed-by: Linus <1+linus@users.noreply.github.com>",
  ];
  expect(commitAuthors(commit(`feat\n\n${trailers.join("\n")}\n`))).toEqual(["grace-h", "ben"]);
});
