import { nearestName } from "../../shared/gate/nearest-name.ts";
import { count } from "../../shared/gate/units.ts";
import { planRelease, type ReleasePlan } from "../../shared/releases/plan-release.ts";
import { pointersOf, pointerText } from "../../shared/releases/pointer-of.ts";
import type { AiRepository } from "../../shared/repository/ai-repository.ts";
import { readRepository } from "../../shared/repository/read-repository.ts";
import type { ReleaseManifest } from "../../shared/repository/release.ts";
import { findRoot, openCheckout } from "../checkout.ts";
import { type CommandArguments, defineCommand } from "../command.ts";
import { commandRelease } from "../command-release.ts";
import { readWorkingTree } from "../read-working-tree.ts";
import { answerText } from "../release-answer.ts";
import { refuseAction, refuseIdleOptions } from "../release-options.ts";
import type { Terminal } from "../terminal.ts";
import { UsageError } from "../usage-error.ts";

export const release = defineCommand({
  usage: [
    "release plan NAME [--base COMMIT] [--json]",
    "release promote NAME --reason TEXT [--commit COMMIT]",
    "release rollback RELEASE --reason TEXT [--to RELEASE] [--dry-run] [--approve|--decline] [--direct]",
    "release pause RELEASE --reason TEXT [--for 24h]",
    "release lift RELEASE --reason TEXT [--digest DIGEST]",
  ],
  about:
    "`plan` reads the manifest releases/NAME.yaml of this checkout and prints what promoting it would do: its targets in the order in which they flip, what each serves before (as the manifest says at --base) and after, the digest that the plan is bound to, and what refuses it for now. Exit code 1 where something has to be mended first. The others ask the deployed app (ASSAY_URL) as whoever is signed in to the Azure CLI (ASSAY_AUDIENCE), or by --token: `promote` does what a merge of the manifest would, and is refused by what would refuse that; `rollback` goes back to the last verified release, with --direct without the app: from here, as whoever is signed in to the Azure CLI, on the app's own rows, so that the app finds it done and tells of it; `pause` stops everything that happens by itself to a release's targets for a time; `lift` lets content that it was rolled back with ship again. Exit code 1 where it is refused.",
  positionals: 2,
  options: {
    base: {
      type: "string",
      value: "COMMIT",
      description: "commit whose manifest says what serves now, or by hand shall serve",
    },
    reason: { type: "string", value: "TEXT", description: "why; it is kept, and shown to everybody" },
    commit: { type: "string", value: "COMMIT", description: "what to promote; default: the default branch's tip" },
    to: { type: "string", value: "RELEASE", description: "where to go back to, in place of the best" },
    "dry-run": { type: "boolean", description: "what would be done, and nothing else" },
    approve: { type: "boolean", description: "go on with a rollback that waits for a person, over what is in its way" },
    decline: { type: "boolean", description: "a no to a rollback that waits for a person: everything stays as it is" },
    direct: { type: "boolean", description: "roll back from here, where the app or GitHub is down" },
    storage: {
      type: "string",
      value: "NAME",
      description: "with --direct: Assay's storage account; default: AssayStorage__…",
    },
    account: {
      ...{ type: "string", value: "[NAME=]ID", multiple: true },
      description: "with --direct: resource id of a Foundry account; default: ASSAY_FOUNDRY_ACCOUNTS",
    },
    project: {
      ...{ type: "string", value: "[NAME=]URL", multiple: true },
      description: "with --direct: endpoint of a Foundry project; default: ASSAY_FOUNDRY_PROJECTS",
    },
    for: { type: "string", value: "TIME", description: "how long, such as 90m, 24h or 7d" },
    digest: { type: "string", value: "DIGEST", description: "the one content to let ship again; default: all of it" },
    repository: { type: "string", value: "OWNER/NAME", description: "where several are served" },
    token: {
      type: "string",
      value: "TOKEN",
      description: "a Microsoft Entra token; default: ASSAY_TOKEN, or the Azure CLI's",
    },
    json: { type: "boolean", description: "the plan, or the app's answer, as one JSON object on one line" },
  },
  examples: [
    'assay release rollback support-0123456789ab --reason "answers are empty" --dry-run',
    'assay release rollback support-0123456789ab --reason "the app is down" --direct --storage assaydata',
    "assay release plan support --base main",
    "assay release plan support --json | jq .steps",
  ],
  async run(given, terminal) {
    const [action, name] = given.positionals;
    if (action === undefined || name === undefined) return refuseAction(action);
    refuseIdleOptions(action, given, Object.keys(release.options));
    if (action === "plan") return plan(name, given, terminal);
    const asked = askedOf(action, given) ?? refuseAction(action);
    return ask({ ...asked, release: name }, given, terminal);
  },
});

/** What the app is sent; undefined where there is no such action. */
function askedOf(action: string, given: CommandArguments): { what: string; body: object } | undefined {
  const [reason, commit, to] = [given.text("reason"), given.text("commit"), given.text("to")];
  if (action === "promote") return { what: "promotion", body: { reason, ...(commit ? { commit } : {}) } };
  if (action === "rollback") return { what: "rollback", body: { reason, ...(to ? { to } : {}), ...flagsOf(given) } };
  const digest = given.text("digest");
  if (action === "lift") return { what: "lift", body: { reason, ...(digest ? { digest } : {}) } };
  if (action !== "pause") return undefined;
  const hours = hoursOf(given.text("for") ?? "24h");
  if (hours === undefined) throw new UsageError("`--for` is no time.", "Write 90m, 24h or 7d.");
  return { what: "pause", body: { reason, hours } };
}

function switchOf(name: string, given: CommandArguments): object {
  return given.flag(name) ? { [name]: true } : {};
}

function flagsOf(given: CommandArguments): object {
  return { dryRun: given.flag("dry-run"), ...switchOf("approve", given), ...switchOf("decline", given) };
}

async function ask(
  asked: { what: string; release: string; body: object },
  given: CommandArguments,
  terminal: Terminal,
): Promise<0 | 1> {
  if (given.text("reason") === undefined)
    throw new UsageError("`--reason` is missing.", "Say why: it is kept, and shown to everybody.");
  if (given.flag("direct")) {
    const { directRollback } = await import("../direct-rollback.ts");
    return directRollback(asked.release, given, terminal);
  }
  const [repository, token] = [given.text("repository"), given.text("token")];
  const { ok, answer } = await commandRelease({ ...asked, repository, token }, terminal);
  await terminal.print(given.flag("json") ? `${JSON.stringify(answer)}\n` : answerText(answer));
  return ok ? 0 : 1;
}

function hoursOf(time: string): number | undefined {
  const [, count = "", unit = ""] = /^(\d{1,4})([mhd])$/.exec(time) ?? [];
  const hours = Number(count) * ({ m: 1 / 60, h: 1, d: 24 }[unit] ?? Number.NaN);
  return hours > 0 ? hours : undefined;
}

async function plan(name: string, given: CommandArguments, terminal: Terminal): Promise<0 | 1> {
  const checkout = openCheckout(findRoot(terminal.cwd));
  const repository = await readWorkingTree(checkout);
  const found = findRelease(repository, name);
  const at = given.text("base");
  const base = at === undefined ? undefined : await readRepository(checkout.reader, await checkout.resolve(at));
  const before = base?.releases.find((own) => own.name === name);
  const planned = planRelease(found, repository, base ? pointersOf(before, base) : new Map());
  if (given.flag("json")) await terminal.print(`${JSON.stringify(planned)}\n`);
  else await terminal.print(`${planText(planned, base !== undefined).join("\n")}\n`);
  return planned.problems.length > 0 ? 1 : 0;
}

function planText({ name, stage, owner, commit, digest, steps, problems }: ReleasePlan, isKnown: boolean): string[] {
  const flips = steps.filter(({ unchanged }) => !unchanged).length;
  const none = isKnown ? "nothing" : "not asked (--base)";
  return [
    `${name} at ${stage}, owned by ${owner}: ${count(flips, "flip")} of ${count(steps.length, "target")}`,
    `plan ${digest} of ${commit}`,
    ...steps.map(({ target, before, after, unchanged }, index) => {
      const waits = target.dependsOn.length > 0 ? `, after ${target.dependsOn.join(", ")}` : "";
      const from = before ? pointerText(before) : none;
      const step = unchanged ? `serves ${pointerText(after)} already` : `${from} → ${pointerText(after)}`;
      return `  ${index + 1}. ${target.id} (${target.kind} ${target.alias})${waits}: ${step}`;
    }),
    ...problems.flatMap(({ path, line, column, message, fix }) => [
      `refused for now: ${path}:${line}:${column} ${message}`,
      `    ${fix}`,
    ]),
  ];
}

const manifestOf = (path: string) => /^releases\/(?:.*\/)?([^/]+)\.ya?ml$/.exec(path)?.[1];

/** @throws UsageError where there is none */
function findRelease({ releases, findings }: AiRepository, name: string): ReleaseManifest {
  const found = releases.find((own) => own.name === name);
  if (found) return found;
  const [wrong] = findings.filter(({ path, severity }) => severity === "error" && manifestOf(path) === name);
  if (wrong)
    throw new UsageError(`${wrong.path}:${wrong.line}:${wrong.column} cannot be read: ${wrong.message}`, wrong.fix);
  const names = releases.map((own) => own.name);
  const near = nearestName(name, names);
  throw new UsageError(
    `There is no release \`${name}\` that can be read.`,
    near
      ? `Did you mean \`${near}\`?`
      : `Releases here: ${names.join(", ") || "none"}. \`assay lint\` says what cannot be read.`,
  );
}
