import type { AiRepository } from "./ai-repository.ts";
import { createFinding, type Finding } from "./finding.ts";
import { lintReleaseChange } from "./lint-release-change.ts";
import { isRaised, neededBump, nextVersion } from "./prompt-version.ts";

/** What a change does to a repository that no look at one side shows. */
export function lintChange(base: AiRepository, head: AiRepository): Finding[] {
  return [...lintPromptVersions(base, head), ...lintReleaseChange(base, head)];
}

function lintPromptVersions(base: AiRepository, head: AiRepository): Finding[] {
  return head.prompts.flatMap((prompt) => {
    const before = base.prompts.find(({ name }) => name === prompt.name);
    if (!before?.version || !prompt.version || before.contentDigest === prompt.contentDigest) return [];
    const bump = neededBump(before, prompt);
    if (bump === "none" || isRaised(before.version, prompt.version, bump)) return [];
    const version = nextVersion(before.version, bump);
    const why = {
      patch: "text or parameters changed",
      minor: "an input was added",
      major: "its inputs or its output changed",
    }[bump];
    const went = before.version === prompt.version ? "is still" : `went from ${before.version} to`;
    const message = `The version ${went} ${prompt.version}, and ${why}.`;
    return [
      createFinding(
        "prompt/version-not-bumped",
        { path: prompt.path, ...prompt.positions.version },
        message,
        `Write \`version: ${version}\`.`,
      ),
    ];
  });
}
