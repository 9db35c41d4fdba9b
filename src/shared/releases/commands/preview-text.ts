import { code, prose } from "../../gate/markdown.ts";
import { pointerText } from "../pointer-of.ts";
import type { Preview, PreviewStep } from "../preview.ts";
import { readinessOf } from "../readiness.ts";
import type { Marks } from "../release-marks.ts";

/** What a rollback would do, for whoever asked in a comment. */
export function previewText({ from, to, held, steps, passedOver = [], underWay, notUndone, marks }: Preview): string {
  const first = held ? `${code(from)} would not go back: ${prose(to)}.` : `${code(from)} would go back to ${code(to)}.`;
  return [
    underWay
      ? `${first} It is in ${code(underWay.operationId)} already, at ${code(underWay.stage)}; asking again ${prose(underWay.asking)}.`
      : first,
    ...steps.map((step) => `- ${stepText(step)}`),
    ...passedOver.map(({ releaseId, reasons }) => `- ${code(releaseId)} cannot serve: ${prose(reasons.join("; "))}`),
    ...marks.flatMap(markTexts).map((text) => `- ${text}`),
    `- not undone: ${prose(notUndone.join("; "))}`,
  ].join("\n");
}

function stepText({ target, serves, to, probe, changedByHand, unread }: PreviewStep): string {
  const [now, next] = [serves, to].map((pointer) => (pointer ? code(pointerText(pointer)) : "nothing"));
  const found = unread === undefined ? now : `not to be read (${prose(unread)})`;
  const { ready, reason } = probe ? readinessOf(probe) : { ready: undefined, reason: "" };
  const answer = {
    yes: ", which answers",
    no: `, which cannot serve: ${prose(reason)}`,
    unknown: `, no evidence: ${prose(reason)}`,
  };
  const hand = changedByHand ? "; it was changed by hand, and a person would be asked" : "";
  return `${code(target)}: ${found} → ${next}${ready ? answer[ready] : ""}${hand}`;
}

function markTexts({ target, paused, frozen, cooldownUntil }: Marks): string[] {
  const text = (what: string, { until, why, by }: NonNullable<Marks["paused"]>) =>
    `${code(target)} is ${what} until ${until} by ${prose(by)}: ${prose(why)}`;
  return [
    ...(paused ? [text("paused", paused)] : []),
    ...(frozen ? [text("frozen", frozen)] : []),
    ...(cooldownUntil ? [`${code(target)} was rolled back before; nothing by itself until ${cooldownUntil}`] : []),
  ];
}
