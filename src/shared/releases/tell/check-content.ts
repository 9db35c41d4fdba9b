import type { CheckContent, Conclusion } from "../../gate/code-host.ts";
import type { Operation } from "../operation.ts";
import type { ReleaseState } from "../release-state.ts";
import { isFailedPromotion, nextSteps } from "./failed-promotion.ts";
import { fitted } from "./fitted.ts";
import { headline, whyOf } from "./headline.ts";
import { type Standing, standingOf } from "./severity.ts";
import { targetsText } from "./targets-text.ts";
import { momentsText, safe, timelineText } from "./timeline-text.ts";

const conclusions: Record<Standing, Conclusion> = {
  promoted: "success",
  undone: "failure",
  rolledBack: "failure",
  partiallyRolledBack: "failure",
  failed: "failure",
  unverified: "action_required",
  declined: "neutral",
  held: "action_required",
};

export function checkContent(operation: Operation, release: ReleaseState): CheckContent & { conclusion: Conclusion } {
  const next = isFailedPromotion(operation)
    ? [safe(whyOf(operation), 600), nextSteps(operation, release).join(" ")]
    : [];
  const head = [safe(operation.cause.reason), ...next, momentsText(operation)];
  const summary = fitted((limit) =>
    [...head, targetsText(operation, limit), timelineText(operation, limit)].join("\n\n"),
  );
  const title = headline(operation, 120);
  return { status: "completed", conclusion: conclusions[standingOf(operation)], title, summary };
}
