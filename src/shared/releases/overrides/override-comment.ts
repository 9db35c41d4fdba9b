import { code } from "../../gate/markdown.ts";
import type { ReleaseCommand } from "../commands/release-command.ts";
import { endOverride, notDone, type OverridePorts, overrideRoute } from "./override-route.ts";

type OverrideCommand = Extract<ReleaseCommand, { kind: "override" | "endOverride" }>;

/** Does what a comment's `/override` says, and tells what the person is answered. `id` is the comment's and the command's. */
export async function overrideByComment(
  { id, repository, by, command }: { id: string; repository: string; by: string; command: OverrideCommand },
  ports: OverridePorts,
): Promise<string> {
  const { route } = command;
  const asked = { id, repository, route, by, via: "comment" } as const;
  const result =
    command.kind === "endOverride"
      ? await endOverride(asked, ports)
      : await overrideRoute({ ...asked, ...command }, ports);
  if (result.kind === "refused") return notDone(result.reason);
  if (result.kind === "ended") return `The override of ${code(route)} has ended; its rules decide again.`;
  const { override, pullRequest } = result;
  const what = override.kind === "off" ? "is switched off" : `goes to ${code(override.target)}`;
  const scope = override.feature === undefined ? "" : ` for the feature ${code(override.feature)}`;
  const followed = pullRequest === undefined ? "" : ` ${pullRequest} makes it permanent.`;
  return `${code(route)} ${what}${scope} until ${override.until}. \`/override ${route} --end\` ends it before.${followed}`;
}
