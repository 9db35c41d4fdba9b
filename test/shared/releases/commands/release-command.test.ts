import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseCommands } from "../../../../src/shared/gate/commands.ts";
import { readReleaseCommand } from "../../../../src/shared/releases/commands/release-command.ts";

const read = (comment: string) => parseCommands(comment).map(readReleaseCommand);

describe("a command", () => {
  test.each([
    ["/foundry-deploy --stage=prod", { kind: "promote", stage: "prod" }],
    ["/foundry-deploy chat --stage staging", { kind: "promote", stage: "staging", release: "chat" }],
    ["/foundry-deploy \u2014stage=prod \u2014rollback", { kind: "rollback", stage: "prod", dryRun: false }],
    [
      '/foundry-deploy chat --stage=prod --rollback --to=chat-42 --reason="too many errors"',
      { kind: "rollback", what: "chat", stage: "prod", to: "chat-42", dryRun: false, reason: "too many errors" },
    ],
    ["/rollback", { kind: "rollback", dryRun: false }],
    ["please\n/rollback deployment:chat --dry-run", { kind: "rollback", what: "deployment:chat", dryRun: true }],
    ["/Rollback chat --reason “it is slow”", { kind: "rollback", what: "chat", dryRun: false, reason: "it is slow" }],
    [
      '/rollback chat-2 --decline --reason="a load test"',
      { kind: "rollback", what: "chat-2", dryRun: false, decline: true, reason: "a load test" },
    ],
    ["/freeze --reason=release-day", { kind: "freeze", hours: 24, reason: "release-day" }],
    ["/freeze chat --for=90m --reason=x", { kind: "freeze", what: "chat", hours: 1.5, reason: "x" }],
    ["/freeze --for 7d --reason=x", { kind: "freeze", hours: 168, reason: "x" }],
    [
      '/override chat --target=large --reason="mini is slow" --for=2h',
      {
        kind: "override",
        route: "chat",
        to: { kind: "target", target: "large" },
        minutes: 120,
        reason: "mini is slow",
      },
    ],
    [
      '/override chat --off="Back soon." --feature=search --reason=prices --for=30m',
      {
        ...{ kind: "override", route: "chat", to: { kind: "off", answer: "Back soon." } },
        ...{ feature: "search", minutes: 30, reason: "prices" },
      },
    ],
    ["/override chat --end", { kind: "endOverride", route: "chat" }],
    ["/unlock chat", { kind: "unlock", what: "chat" }],
    [
      '/unlock --quarantine=ABCDEF012345 --reason="it is mended"',
      { kind: "lift", digest: "abcdef012345", reason: "it is mended" },
    ],
  ])("%s", (comment, command) => {
    expect(read(comment)).toEqual([{ command }]);
  });

  test.each(["/ok-to-test 1234567", "/usr/bin/env", "/cc @ada", "> /rollback", "```\n/rollback\n```", "see /rollback"])(
    "%s is none about releases",
    (comment) => {
      expect(read(comment).filter(Boolean)).toEqual([]);
    },
  );
});

describe("bad input", () => {
  test.each([
    ["/foundry-deply --stage=prod", "Did you mean `/foundry-deploy`?"],
    ["/rolback", "Did you mean `/rollback`?"],
    ["/foundry-deploy", "`--stage` is missing."],
    ["/foundry-deploy --stag=prod", "Did you mean `--stage`?"],
    ["/foundry-deploy --stage=prd", "Did you mean `prod`?"],
    ["/foundry-deploy --stage=moon", "one of experiment, staging, prod"],
    ["/foundry-deploy --stage", "`--stage` needs a value"],
    ["/foundry-deploy --stage --rollback", "`--stage` needs a value"],
    ["/foundry-deploy --stage=prod --stage=staging", "given twice"],
    ["/foundry-deploy --stage=prod --to=x", "add `--rollback`"],
    ["/rollback --dry-run=yes", "takes no value"],
    ["/rollback chat-2 --decline", "A no needs `--reason`"],
    ["/rollback chat-2 --decline --approve --reason=x", "without `--approve`"],
    ["/rollback chat mail", "does not take `mail`"],
    ["/rollback ../../x", "cannot be read"],
    ["/freeze", "needs `--reason`"],
    ["/overide chat --end", "Did you mean `/override`?"],
    ["/override --target=x --reason=x --for=1h", "name is missing"],
    ["/override chat --reason=x --for=1h", "One of `--target`, `--off` and `--end`"],
    ["/override chat --target=x --end", "One of `--target`, `--off` and `--end`"],
    ["/override chat --target=x --reason=x", "`--for` is needed"],
    ["/override chat --target=x --reason=x --for=8d", "at most 7d"],
    ["/override chat --target=x --for=1h", "needs `--reason`"],
    ["/override chat --targt=x", "Did you mean `--target`?"],
    ['/rollback chat --reason="it is slow --dry-run', "is not closed"],
    ['/rollback chat --reason=“it is slow" --dry-run', "is not closed"],
    ["/rollback chat --reason='it is slow'", "Double quotes keep words together"],
    ["/lock chat --reason=x", "Did you mean `/freeze`?"],
    ["/unfreeze chat", "Did you mean `/unlock`?"],
    ["/freeze --reason=x --for=15d", "at most 14d"],
    ["/unlock --quarantin=abcdef012345 --reason=x", "Did you mean `--quarantine`?"],
    ["/unlock --quarantine=abcdef012345", "needs `--reason`"],
    ["/unlock --quarantine=abcdef --reason=x", "first 12 digits"],
    ["/unlock chat --quarantine=abcdef012345 --reason=x", "not both"],
    ["/freeze --reason=x --for=0h", "`--for` is a time"],
    ["/freeze --reason=x --for=soon", "`--for` is a time"],
    [`/unlock --reason="${"x".repeat(501)}"`, "at most 500"],
  ])("bad input: %s is told how it is meant to be written", (comment, problem) => {
    expect(read(comment)).toEqual([{ problem: expect.stringContaining(problem) }]);
  });

  test("bad input: what is repeated of a comment mentions nobody", () => {
    const [told] = read("/rollback --x\\`@acme/everyone");
    expect(told).toEqual({ problem: expect.stringMatching(/<code>--x(?!.*@acme)/) });
  });

  test("bad input: no comment makes it throw", () => {
    const piece = fc.constantFrom(
      "--stage",
      "=",
      "prod",
      '"',
      "“",
      "--",
      "-",
      "\u0000",
      "\u00000\u0000",
      "--reason",
      "--to=",
      "chat",
    );
    const likely = fc
      .tuple(fc.constantFrom("/rollback ", "/freeze ", "/foundry-deploy "), fc.array(fc.oneof(piece, fc.string())))
      .map(([name, pieces]) => name + pieces.join(" "));
    fc.assert(fc.property(fc.oneof(fc.string(), likely), (comment) => void read(comment)));
  });
});
