import { releaseCheck } from "../../gate/check-names.ts";
import type { RepositoryRef } from "../../gate/code-host.ts";
import { code, prose } from "../../gate/markdown.ts";
import type { Refusal } from "./promotion.ts";
import type { FactPorts } from "./read-facts.ts";

/**
 * The check on the commit: what refuses the manifest, each with its mend, or that it is being promoted. Told before the
 * operation begins, whose end is told in the same run.
 */
export async function tellDecision(
  ref: RepositoryRef,
  {
    name,
    commit,
    releaseId,
    refusals,
  }: { name: string; commit: string; releaseId: string; refusals: readonly Refusal[] },
  { open }: Pick<FactPorts, "open">,
): Promise<void> {
  const { checks } = await open(ref);
  const reasons = refusals.length === 1 ? "one reason" : `${refusals.length} reasons`;
  const content =
    refusals.length > 0
      ? {
          ...{ status: "completed" as const, conclusion: "action_required" as const },
          title: `${name} is not promoted: ${reasons}`,
          summary: refusals.map(({ reason, mend }) => `- ${prose(reason)} ${prose(mend)}`).join("\n"),
        }
      : {
          status: "in_progress" as const,
          title: `${releaseId} is being promoted`,
          summary: `Nothing speaks against ${code(releaseId)}: it is made, tried, flipped and read back.`,
        };
  const externalId = `promote-${releaseId}`;
  const known = (await checks.find(commit, releaseCheck)).find((run) => run.externalId === externalId);
  if (known) return checks.update(known.id, content);
  await checks.create({ ...content, name: releaseCheck, headSha: commit, externalId });
}
