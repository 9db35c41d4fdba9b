import type { CheckContent, Conclusion } from "../../gate/code-host.ts";
import type { Operation } from "../operation.ts";
import { fitted } from "./fitted.ts";
import { headline } from "./headline.ts";
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

export function checkContent(operation: Operation): CheckContent & { conclusion: Conclusion } {
  const head = [safe(operation.cause.reason), momentsText(operation)];
  const summary = fitted((limit) =>
    [...head, targetsText(operation, limit), timelineText(operation, limit)].join("\n\n"),
  );
  const title = headline(operation, 120);
  return { status: "completed", conclusion: conclusions[standingOf(operation)], title, summary };
}
