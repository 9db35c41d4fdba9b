import { releaseCheck } from "../../gate/check-names.ts";
import type { Operation } from "../operation.ts";
import type { ReleaseState } from "../release-state.ts";
import { checkContent } from "./check-content.ts";
import type { TellHost } from "./ports.ts";

/** One check run an operation, on the release's commit; found again by the operation's id. */
export async function tellCheck(
  operation: Operation,
  release: ReleaseState,
  { checks }: Pick<TellHost, "checks">,
): Promise<{ link?: string }> {
  const content = checkContent(operation, release);
  const runs = await checks.find(release.commit, releaseCheck);
  const known = runs.find(({ externalId }) => externalId === operation.operationId);
  if (!known) {
    const { link } = await checks.create({
      ...content,
      ...{ name: releaseCheck, headSha: release.commit, externalId: operation.operationId },
    });
    return link === undefined ? {} : { link };
  }
  if (known.conclusion !== content.conclusion || known.title !== content.title) await checks.update(known.id, content);
  return known.link === undefined ? {} : { link: known.link };
}
