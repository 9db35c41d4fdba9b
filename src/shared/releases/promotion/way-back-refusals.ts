import type { PromotionFacts, Refusal } from "./promotion.ts";

/** There has to be something to go back to that would serve: asked now, not when it is needed. */
export function wayBackRefusals({ release, waysBack, plan }: PromotionFacts): Refusal[] {
  const verified = waysBack.filter((way) => way.verified && !way.quarantined);
  if (verified.some(({ ready }) => ready === "yes")) return [];
  const refusal = (reason: string, mend: string): Refusal[] => [{ code: "noWayBack", reason, mend }];
  if (verified.length > 0) {
    const unknown = verified.filter(({ ready }) => ready === "unknown").map(({ releaseId }) => releaseId);
    return unknown.length > 0
      ? refusal(`No evidence that ${unknown[0]} can serve again.`, "Ask again in a minute; look at its targets.")
      : refusal(
          `No verified release can serve again: ${verified
            .map(({ releaseId }) => releaseId)
            .slice(0, 3)
            .join(", ")}.`,
          "Bring one of them back, e.g. deploy what it names, before anything else ships.",
        );
  }
  const { firstWayBack } = release;
  const held = waysBack.filter((way) => way.verified && way.quarantined).map(({ releaseId }) => releaseId);
  if (!firstWayBack && held.length > 0)
    return refusal(
      `Every verified release before it is in quarantine: ${held.slice(0, 3).join(", ")}.`,
      "Lift the quarantine of one that is good, or declare `firstWayBack`: what serves now, disabling, or an answer.",
    );
  if (!firstWayBack)
    return refusal(
      "No verified release came before it, so that a rollback would lead nowhere.",
      "Declare `firstWayBack`: what serves now, disabling, or an answer.",
    );
  // What its owner vouches for has to be there.
  if (firstWayBack.kind === "served") {
    const none = plan.steps.filter(({ before }) => before === undefined).map(({ target }) => target.id);
    if (none.length > 0)
      return refusal(
        `\`firstWayBack: { kind: served }\`, and nothing is served by ${none.slice(0, 3).join(", ")}.`,
        "Declare `disable` or an answer.",
      );
  }
  return [];
}
