import { expect, test } from "vitest";
import { release } from "../../src/cli/commands/release.ts";
import { readArguments } from "../../src/cli/read-arguments.ts";
import { refuseAction, refuseIdleOptions } from "../../src/cli/release-options.ts";

function refuse(args: string[]): void {
  const given = readArguments("release", release, args);
  refuseIdleOptions(given.positionals[0] ?? "", given, Object.keys(release.options));
}

test.each([
  [["pause", "chat-2", "--reason", "x", "--dry-run"], "`assay release pause` does not take `--dry-run`"],
  [["promote", "chat", "--reason", "x", "--dry-run"], "`assay release promote` does not take `--dry-run`"],
  [["promote", "chat", "--reason", "x", "--to", "chat-1"], "does not take `--to`"],
  [["rollback", "chat-2", "--reason", "x", "--for", "2h"], "does not take `--for`"],
  [["rollback", "chat-2", "--reason", "x", "--storage", "data"], "`--storage` is for `--direct`"],
  [["plan", "chat", "--reason", "x"], "does not take `--reason`"],
])("bad input: %j says what would not be done, and is refused before anything is", (args, said) => {
  expect(() => refuse(args)).toThrow(said);
});

test("what each action takes is taken", () => {
  const people = ["--reason", "x", "--repository", "acme/ai", "--token", "t", "--json"];
  for (const args of [
    ["plan", "chat", "--base", "main", "--json"],
    ["promote", "chat", "--commit", "c", ...people],
    ["rollback", "chat-2", "--to", "chat-1", "--dry-run", "--approve", ...people],
    ["rollback", "chat-2", "--reason", "x", "--direct", "--storage", "data", "--account", "a", "--base", "main"],
    ["pause", "chat-2", "--for", "2h", ...people],
    ["lift", "chat-2", "--digest", "abcdef012345", ...people],
  ])
    expect(() => refuse(args)).not.toThrow();
});

test.each([
  [undefined, "needs to be told what"],
  ["rollback", "`assay release rollback` needs a release"],
  ["undo", "There is no `assay release undo`"],
])("bad input: the action %s", (action, said) => {
  expect(() => refuseAction(action)).toThrow(said);
});
