import * as z from "zod";
import { type CommandUsage, type ReadCommand, readCommand } from "../../gate/command-flags.ts";
import type { Command } from "../../gate/commands.ts";
import { code } from "../../gate/markdown.ts";
import { nearestName } from "../../gate/nearest-name.ts";

const stages = ["experiment", "staging", "prod"] as const;
const reason = z.string().min(1).max(500);
const target = z.string().regex(/^[\w.:-]{1,100}$/);

/** What a person asks of a release in a comment. */
export const ReleaseCommand = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("promote"), stage: z.enum(stages), release: target.optional() }),
  z.object({
    kind: z.literal("rollback"),
    /** A target, a release or nothing: the pull request's own release. */
    what: target.optional(),
    stage: z.enum(stages).optional(),
    to: target.optional(),
    dryRun: z.boolean(),
    approve: z.boolean().optional(),
    decline: z.boolean().optional(),
    reason: reason.optional(),
  }),
  z.object({ kind: z.literal("freeze"), what: target.optional(), hours: z.number(), reason }),
  z.object({
    kind: z.literal("override"),
    route: target,
    to: z.discriminatedUnion("kind", [
      z.object({ kind: z.literal("target"), target }),
      z.object({ kind: z.literal("off"), answer: z.string().min(1).max(500) }),
    ]),
    feature: target.optional(),
    minutes: z.number(),
    reason: z.string().min(1).max(300),
  }),
  z.object({ kind: z.literal("endOverride"), route: target }),
  z.object({ kind: z.literal("unlock"), what: target.optional(), reason: reason.optional() }),
  z.object({ kind: z.literal("lift"), digest: z.string().regex(/^[0-9a-f]{12,64}$/), reason }),
]);
export type ReleaseCommand = z.infer<typeof ReleaseCommand>;

const text = { kind: "text" } as const;
const stage = { kind: "text", oneOf: stages } as const;
const flag = { kind: "switch" } as const;
const rollbackFlags = { to: text, reason: text, "dry-run": flag, approve: flag, decline: flag } as const;

const usages = {
  "foundry-deploy": {
    usage:
      '/foundry-deploy [RELEASE] --stage=experiment|staging|prod [--rollback [--to=RELEASE] [--reason="…"] [--dry-run] [--approve|--decline]]',
    words: 1,
    flags: { stage, rollback: { kind: "switch" }, ...rollbackFlags },
  },
  rollback: {
    usage: '/rollback [TARGET or RELEASE] [--to=RELEASE] [--reason="…"] [--dry-run] [--approve|--decline]',
    words: 1,
    flags: rollbackFlags,
  },
  freeze: {
    usage: '/freeze [TARGET] --reason="…" [--for=24h]',
    words: 1,
    flags: { reason: text, for: text },
  },
  override: {
    usage: '/override ROUTE --target=NAME|--off="ANSWER"|--end [--feature=NAME] --reason="…" --for=2h',
    words: 1,
    flags: { target: text, off: text, end: { kind: "switch" }, feature: text, reason: text, for: text },
  },
  unlock: {
    usage: '/unlock [TARGET] [--reason="…"] or /unlock --quarantine=DIGEST --reason="…"',
    words: 1,
    flags: { reason: text, quarantine: text },
  },
} as const satisfies Record<string, CommandUsage>;
type Name = keyof typeof usages;
const names = Object.keys(usages) as Name[];

/** Names whose nearest does the contrary. */
const meant: Partial<Record<string, Name>> = { lock: "freeze", unfreeze: "unlock" };

const defaultFreezeHours = 24;
/** A freeze that nobody remembers must end. */
const mostFreezeHours = 14 * 24;
/** Nor may an override outlive its reason. */
const mostOverrideHours = 7 * 24;

export type ReadReleaseCommand = { command: ReleaseCommand } | { problem: string };

/**
 * Reads a comment's command; undefined where it is none about releases. A name with a slip is a problem, not a command of
 * somebody else's, only where it is close to one of ours.
 */
export function readReleaseCommand(given: Command): ReadReleaseCommand | undefined {
  const name = names.find((own) => own === given.name);
  if (!name) {
    const near = meant[given.name] ?? (given.name.length > 3 ? nearestName(given.name, names) : undefined);
    return near === undefined
      ? undefined
      : { problem: `${code(`/${given.name}`)} is not known. Did you mean \`/${near}\`?` };
  }
  const read = readCommand(given, usages[name]);
  if ("problem" in read) return read;
  const [what] = read.words;
  const shared = { ...(what ? { what } : {}), ...givenText("reason", read.text("reason")) };
  const rollback = {
    kind: "rollback",
    ...shared,
    ...givenText("to", read.text("to")),
    ...givenText("stage", read.text("stage")),
    dryRun: read.has("dry-run"),
    ...(read.has("approve") ? { approve: true } : {}),
    ...(read.has("decline") ? { decline: true } : {}),
  };
  const fail = (why: string): ReadReleaseCommand => ({ problem: `${why} Usage: \`${usages[name].usage}\`` });
  if (name === "rollback") return checkedRollback(rollback, read, fail);
  if (name === "unlock") return readUnlock(what, read, fail);
  if (name === "override") return readOverride(what, read, fail);
  if (name === "freeze") {
    const given = read.text("for");
    const hours = given === undefined ? defaultFreezeHours : hoursOf(given, mostFreezeHours);
    if (hours === undefined)
      return fail(`\`--for\` is a time such as 90m, 24h or 7d, at most ${mostFreezeHours / 24}d.`);
    if (!read.text("reason")) return fail("A freeze needs `--reason`: whoever meets it must be told why.");
    return checked({ kind: "freeze", hours, ...shared }, fail);
  }
  const to = read.text("stage");
  if (!to) return fail("`--stage` is missing.");
  if (read.has("rollback")) return checkedRollback(rollback, read, fail);
  const idle = Object.keys(rollbackFlags).find((flag) => read.has(flag));
  if (idle) return fail(`\`--${idle}\` is for a rollback: add \`--rollback\`.`);
  return checked({ kind: "promote", stage: to, ...(what ? { release: what } : {}) }, fail);
}

function checkedRollback(
  rollback: object,
  read: ReadCommand,
  fail: (why: string) => ReadReleaseCommand,
): ReadReleaseCommand {
  if (!read.has("decline")) return checked(rollback, fail);
  const other = ["approve", "dry-run", "to"].find((flag) => read.has(flag));
  if (other) return fail(`\`--decline\` is a no: without \`--${other}\`.`);
  if (!read.text("reason")) return fail("A no needs `--reason`: it is kept, and shown to everybody.");
  return checked(rollback, fail);
}

function readOverride(
  route: string | undefined,
  read: ReadCommand,
  fail: (why: string) => ReadReleaseCommand,
): ReadReleaseCommand {
  if (route === undefined) return fail("Which route? Its name is missing.");
  const [forced, answer] = [read.text("target"), read.text("off")];
  const asked = [forced, answer, read.has("end") ? "end" : undefined].filter((one) => one !== undefined);
  if (asked.length !== 1) return fail("One of `--target`, `--off` and `--end` is needed.");
  if (read.has("end")) return checked({ kind: "endOverride", route }, fail);
  const hours = hoursOf(read.text("for") ?? "", mostOverrideHours);
  if (hours === undefined)
    return fail(`\`--for\` is needed: a time such as 90m, 24h or 7d, at most ${mostOverrideHours / 24}d.`);
  const reason = read.text("reason");
  if (!reason) return fail("An override needs `--reason`: every explanation shows it.");
  const to = forced === undefined ? { kind: "off", answer } : { kind: "target", target: forced };
  const rest = { minutes: hours * 60, reason, ...givenText("feature", read.text("feature")) };
  return checked({ kind: "override", route, to, ...rest }, fail);
}

function readUnlock(
  what: string | undefined,
  read: ReadCommand,
  fail: (why: string) => ReadReleaseCommand,
): ReadReleaseCommand {
  const [digest, reason] = [read.text("quarantine")?.toLowerCase(), read.text("reason")];
  if (digest === undefined)
    return checked({ kind: "unlock", ...givenText("what", what), ...givenText("reason", reason) }, fail);
  if (what !== undefined) return fail("A target, or `--quarantine` with a content's digest, and not both.");
  if (!/^[0-9a-f]{12,64}$/.test(digest))
    return fail("`--quarantine` is a content's digest, or its first 12 digits or more.");
  if (!reason) return fail("Lifting a quarantine needs `--reason`: it is kept, and shown to everybody.");
  return checked({ kind: "lift", digest, reason }, fail);
}

function checked(command: object, fail: (why: string) => ReadReleaseCommand): ReadReleaseCommand {
  const parsed = ReleaseCommand.safeParse(command);
  if (parsed.success) return { command: parsed.data };
  const [issue] = parsed.error.issues;
  return fail(
    `\`${issue?.path.join(".")}\` cannot be read: names hold letters, digits and \`. : _ -\`; a reason has at most 500 characters.`,
  );
}

function hoursOf(time: string, most: number): number | undefined {
  const [, count = "", unit = ""] = /^(\d{1,4})([mhd])$/.exec(time) ?? [];
  const hours = Number(count) * ({ m: 1 / 60, h: 1, d: 24 }[unit] ?? Number.NaN);
  return hours > 0 && hours <= most ? hours : undefined;
}

function givenText(name: string, value: string | undefined): object {
  return value === undefined ? {} : { [name]: value };
}
