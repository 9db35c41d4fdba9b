import { nearestName } from "../../shared/gate/nearest-name.ts";
import { count } from "../../shared/gate/units.ts";
import { planRelease, type ReleasePlan } from "../../shared/releases/plan-release.ts";
import { pointersOf, pointerText } from "../../shared/releases/pointer-of.ts";
import { readRepository } from "../../shared/repository/read-repository.ts";
import type { ReleaseManifest } from "../../shared/repository/release.ts";
import { findRoot, openCheckout } from "../checkout.ts";
import { type CommandArguments, defineCommand } from "../command.ts";
import { readWorkingTree } from "../read-working-tree.ts";
import type { Terminal } from "../terminal.ts";
import { UsageError } from "../usage-error.ts";

export const release = defineCommand({
  usage: ["release plan NAME [--base COMMIT] [--json]"],
  about:
    "`plan` reads the manifest releases/NAME.yaml of this checkout and prints what promoting it would do: its targets in the order in which they flip, what each serves before (as the manifest says at --base) and after, the digest that the plan is bound to, and what refuses it for now. Exit code 1 where something has to be mended first.",
  positionals: 2,
  options: {
    base: { type: "string", value: "COMMIT", description: "branch, tag or commit whose manifest says what serves now" },
    json: { type: "boolean", description: "the plan as one JSON object" },
  },
  examples: ["assay release plan support --base main", "assay release plan support --json | jq .steps"],
  async run(given, terminal) {
    const [action, name] = given.positionals;
    if (action === "plan" && name !== undefined) return plan(name, given, terminal);
    throw new UsageError(
      action === "plan" ? "`assay release plan` needs a release." : `There is no \`assay release ${action ?? ""}\`.`,
      "Usage: assay release plan NAME; `assay help release` lists the options.",
    );
  },
});

async function plan(name: string, given: CommandArguments, terminal: Terminal): Promise<0 | 1> {
  const checkout = openCheckout(findRoot(terminal.cwd));
  const repository = await readWorkingTree(checkout);
  const found = findRelease(repository.releases, name);
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

/** @throws UsageError where there is none */
function findRelease(releases: readonly ReleaseManifest[], name: string): ReleaseManifest {
  const found = releases.find((own) => own.name === name);
  if (found) return found;
  const names = releases.map((own) => own.name);
  const near = nearestName(name, names);
  throw new UsageError(
    `There is no release \`${name}\` that can be read.`,
    near
      ? `Did you mean \`${near}\`?`
      : `Releases here: ${names.join(", ") || "none"}. \`assay lint\` says what cannot be read.`,
  );
}
