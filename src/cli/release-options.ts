import { nearestName } from "../shared/gate/nearest-name.ts";
import type { CommandArguments } from "./command.ts";
import { UsageError } from "./usage-error.ts";

const asking = ["reason", "repository", "token", "json"];
const byDirect = ["storage", "account", "project", "base"];

/** What each action takes of the options that `assay release` has. */
const taken: Record<string, readonly string[]> = {
  plan: ["base", "json"],
  promote: [...asking, "commit"],
  rollback: [...asking, "to", "dry-run", "approve", "decline", "direct", ...byDirect],
  pause: [...asking, "for"],
  lift: [...asking, "digest"],
};
const actions = Object.keys(taken);

/** An option that an action passes over would be a promise: who writes `--dry-run` expects that nothing is done. */
export function refuseIdleOptions(action: string, given: CommandArguments, options: readonly string[]): void {
  const own = taken[action] ?? [];
  for (const option of options) {
    if (given.text(option) === undefined && !given.flag(option)) continue;
    if (!own.includes(option)) {
      const others = actions.filter((other) => taken[other]?.includes(option));
      throw new UsageError(
        `\`assay release ${action}\` does not take \`--${option}\`: nothing was done.`,
        `Leave it out; it is for ${others.map((other) => `\`assay release ${other}\``).join(" and ")}.`,
      );
    }
    if (option === "decline" && given.flag("direct"))
      throw new UsageError("A no is told to the app: nothing was done.", "Leave `--direct` out.");
    if (action === "rollback" && byDirect.includes(option) && !given.flag("direct"))
      throw new UsageError(`\`--${option}\` is for \`--direct\`: nothing was done.`, "Add --direct, or leave it out.");
  }
}

/** @throws UsageError always: what is missing, or what was meant */
export function refuseAction(action: string | undefined): never {
  const near = action === undefined ? undefined : nearestName(action, actions);
  throw new UsageError(
    action === undefined
      ? "`assay release` needs to be told what."
      : actions.includes(action)
        ? `\`assay release ${action}\` needs a release.`
        : `There is no \`assay release ${action}\`.`,
    `${near === undefined || near === action ? "" : `Did you mean \`${near}\`? `}Usage: assay release ${actions.join("|")} NAME; \`assay help release\` lists the options.`,
  );
}
