import type { Operation } from "../operation.ts";
import { pinnedSessions } from "../pinned-sessions.ts";
import type { ReleaseState } from "../release-state.ts";
import { isFailedPromotion, nextSteps } from "./failed-promotion.ts";
import { fitted } from "./fitted.ts";
import { headline, whyOf } from "./headline.ts";
import { marker } from "./marker.ts";
import { revertBranch } from "./revert-branch.ts";
import { servedNow } from "./served-now.ts";
import { standingOf } from "./severity.ts";
import { named, notDone, targetsText } from "./targets-text.ts";
import { type Limits, momentsText, safe, timelineText } from "./timeline-text.ts";

/** The draft of a postmortem: what is known is filled in, what a person has to say is asked for. */
export function issueContent(operation: Operation, release: ReleaseState): { title: string; body: string } {
  return { title: headline(operation), body: fitted((limit) => bodyOf(operation, release, limit)) };
}

/** What a later operation on the same release adds to its issue. */
export function laterContent(operation: Operation, release: ReleaseState): string {
  const now = `**${servedNow(operation, release)}**`;
  const head = [marker(operation), safe(headline(operation)), now, momentsText(operation)];
  return fitted((limit) => [...head, targetsText(operation, limit), timelineText(operation, limit)].join("\n\n"));
}

function bodyOf(operation: Operation, release: ReleaseState, limit: Limits): string {
  return [
    marker(operation),
    `**${servedNow(operation, release)}**`,
    safe(whyOf(operation), 600),
    facts(operation, release),
    "## Timeline",
    momentsText(operation),
    `<details><summary>Every step</summary>\n\n${timelineText(operation, limit)}\n\n</details>`,
    "## What was done",
    targetsText(operation, limit),
    "## Evidence",
    evidence(operation, release, limit),
    ...(isFailedPromotion(operation)
      ? [
          "## What to do",
          nextSteps(operation, release)
            .map((step) => `- ${step}`)
            .join("\n"),
        ]
      : ["## What was not undone", notUndone(operation, limit), ...whatPeopleSay(operation, release)]),
  ].join("\n\n");
}

function whatPeopleSay(operation: Operation, release: ReleaseState): string[] {
  return [
    "## Cause",
    "_Not known yet: whoever finds it writes it here._",
    "## Follow-ups",
    followUps(operation, release),
  ];
}

function facts({ automatic, cause, operationId }: Operation, release: ReleaseState): string {
  const by = cause.by === undefined ? "" : ` by ${named(cause.by)}`;
  return [
    `- release ${named(release.releaseId)} at ${named(release.stage)}, commit ${named(release.commit)}`,
    `- owner ${safe(release.owner, 200)}; runbook ${release.runbook === undefined ? "none" : named(release.runbook)}`,
    `- operation ${named(operationId)}, ${automatic ? "by itself" : "asked for"}: ${cause.kind}${by}`,
  ].join("\n");
}

function evidence({ cause, timeline }: Operation, release: ReleaseState, { lines, chars }: Limits): string {
  const shown = timeline.filter(({ what }) => what.includes("a call was answered")).slice(0, lines);
  const brought = release.brought.slice(0, lines).map((digest) => named(digest.slice(0, 12)));
  return [
    `- ${cause.kind}: ${safe(cause.reason, 600)}`,
    ...shown.map(({ at, what }) => `- ${at}: ${safe(what, chars)}`),
    `- content that this release brought: ${brought.join(", ") || "none that was not there before"}`,
  ].join("\n");
}

function notUndone(operation: Operation, { lines, chars }: Limits): string {
  const left = notDone(operation)
    .slice(0, lines)
    .map(
      ({ target, state, reason }) =>
        `- **${named(target.alias)}** is \`${state}\`${reason === undefined ? "" : `: ${safe(reason, chars)}`}`,
    );
  const sessions = pinnedSessions(operation);
  return [
    ...left,
    ...(sessions === undefined ? [] : [`- ${safe(sessions, 600)}.`]),
    "- Answers that were given meanwhile, and what was done with them.",
    "- Deployments and agent versions that were made for this release stay until the reaper takes them.",
    "- The files of the default branch: they change when somebody merges.",
  ].join("\n");
}

function followUps(operation: Operation, release: ReleaseState): string {
  const standing = standingOf(operation);
  const wentBack = standing === "rolledBack" || standing === "undone";
  const stays = standing === "failed";
  return [
    ...(wentBack ? [] : ["- [ ] Look at every target above and decide: the state is not what was asked for"]),
    ...(stays
      ? []
      : [
          `- [ ] Merge the revert from ${named(revertBranch(release.releaseId))}, where there is one: else the next release ships it again`,
        ]),
    "- [ ] Find the cause",
    "- [ ] Add a case to a suite that fails on it, so that the gate sees it next time",
    ...(operation.kind === "rollback" && release.brought.length > 0 && !stays
      ? [
          '- [ ] Lift the quarantine once it was found not to be the content\'s fault (`/unlock --quarantine=DIGEST --reason="…"`), or leave it',
        ]
      : []),
    ...(operation.automatic ? ["- [ ] Say whether acting by itself was right: were the watch rules?"] : []),
  ].join("\n");
}
