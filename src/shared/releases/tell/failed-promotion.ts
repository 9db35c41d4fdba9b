import type { Operation } from "../operation.ts";
import type { ReleaseState } from "../release-state.ts";
import { standingOf } from "./severity.ts";
import { named } from "./targets-text.ts";

/** A promotion that ended before it changed what is served. */
export function isFailedPromotion(operation: Operation): boolean {
  return operation.kind === "promote" && standingOf(operation) === "failed";
}

/** By the words of whoever refused it; the first that fits. */
const mends: readonly [RegExp, string][] = [
  [
    /InsufficientQuota/,
    "Ask Azure for more quota of this model in the region, lower `sku.capacity`, or delete a deployment of it that nothing needs (the reaper's log names some).",
  ],
  [
    /ServiceModelDeprecat|: 410: /,
    "Azure makes no new deployments of this model: name a newer version; the issue about the model catalogue knows which there are.",
  ],
  [
    /DeploymentModelNotSupported|InvalidResourceProperties|CannotChangeDeploymentModel/,
    "Name a model, version and SKU that the account's region has, and for another model another alias.",
  ],
  [
    /Authentication|Authorization|Forbidden/,
    "Give the identity that releases (`ASSAY_RELEASE_CLIENT_ID`) its role on the account, as `infra/` does.",
  ],
  [
    /changed it meanwhile/,
    "Look at who changed it. Asked for again, the promotion is planned over what is served by then.",
  ],
  [/take the next number/, "Write the next number in the manifest."],
  [
    /a call before the flip: /,
    "Look at what was to be flipped to: it is not there, or does not answer as what was asked for.",
  ],
  [/smoke suites: /, "Look at what it answered: the suite, its cases and the deployment stay."],
  [
    /Deadline|in time/,
    "Look at the deployment in the account: what was begun there may still end. Asked for again, the promotion finds it and goes on.",
  ],
  [/RequestConflict|another operation|has its targets/, "Wait until the other operation is over."],
];

/** What a person does about it, a line each. */
export function nextSteps({ reason = "" }: Operation, { name, commit, stage }: ReleaseState): string[] {
  const mend = mends.find(([pattern]) => pattern.test(reason))?.[1];
  return [
    "Nothing that is served was changed.",
    ...(mend === undefined ? [] : [mend]),
    `Once that is mended, run the check \`assay / release\` of ${named(commit.slice(0, 10))} again, or comment ${named(`/foundry-deploy ${name} --stage=${stage}`)} in its pull request; a changed manifest is promoted when it is merged.`,
  ];
}
