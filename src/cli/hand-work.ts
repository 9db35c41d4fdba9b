import { messageOf } from "../shared/errors.ts";
import { byHand } from "../shared/releases/by-hand.ts";
import { planDigest } from "../shared/releases/plan-release.ts";
import { readRepository } from "../shared/repository/read-repository.ts";
import type { DirectSettings } from "../shared/settings.ts";
import { findRoot, openCheckout } from "./checkout.ts";
import type { CommandArguments } from "./command.ts";
import { readWorkingTree } from "./read-working-tree.ts";
import type { Terminal } from "./terminal.ts";

/**
 * What a person types where storage is down too: the targets as the manifest of this checkout, or at --base, says them. The
 * release that is to be taken back is never among them.
 */
export async function printHandWork(
  release: string,
  { env, settings, given }: { env: Terminal["env"]; settings: DirectSettings; given: CommandArguments },
  terminal: Terminal,
): Promise<void> {
  const say = (...lines: string[]) => terminal.print(`${lines.join("\n")}\n`);
  const [, name, digits] = /^(.+?)-([0-9a-f]{12})(?:-\d+)?$/.exec(release) ?? [];
  const path = `releases/${name ?? release}.yaml`;
  const base = given.text("base");
  await say(
    "By hand. Nothing was rolled back that is not shown above; what Assay knew of the release could not be read.",
    "Once its storage account answers, run this command again: it finds what was done, and tells of it.",
  );
  try {
    const checkout = openCheckout(findRoot(terminal.cwd));
    const repository =
      base === undefined
        ? await readWorkingTree(checkout)
        : await readRepository(checkout.reader, await checkout.resolve(base));
    const found = repository.releases.find((own) => own.name === (name ?? release));
    const at = base === undefined ? "of this checkout" : `at ${repository.commit.slice(0, 10)}`;
    if (!found) return await say(`${path} ${at} is not there, so there is nothing that could be said of its targets.`);
    if (digits !== undefined && planDigest(found, repository).startsWith(digits))
      return await say(
        `${path} ${at} is ${release} itself. Name the commit to go back to: --base COMMIT.`,
        `Commits that changed it: git log --oneline -- ${path}`,
      );
    const [repositoryName, storage] = [given.text("repository"), storageOf(env)];
    const places = {
      ...{ armUrl: settings.ASSAY_ARM_URL, accounts: settings.ASSAY_FOUNDRY_ACCOUNTS },
      projects: settings.ASSAY_FOUNDRY_PROJECTS,
      ...(storage === undefined ? {} : { storage }),
      ...(repositoryName === undefined ? {} : { repository: repositoryName }),
    };
    await say(`To serve what ${path} ${at} says:`);
    for (const { target, serves, command, why } of byHand(found, repository, places))
      await say("", `# ${target}: ${serves}`, command ?? `# no command: ${why}`);
    await say(
      "",
      "Rows in Assay's storage change only once it answers; until then applications keep what they last read.",
    );
  } catch (thrown) {
    await say(`The manifest cannot be read here: ${messageOf(thrown)} Run this in a clone of the AI repository.`);
  }
}

/** The account's name, as the settings say it. */
function storageOf({ AssayStorage: connection = "", AssayStorage__tableServiceUri: uri = "" }: Terminal["env"]) {
  const [, name] = /AccountName=([^;]+)/.exec(connection) ?? /^https:\/\/([a-z0-9]+)\.table\./.exec(uri) ?? [];
  return name;
}
