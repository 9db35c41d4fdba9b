import type { Route } from "../repository/route.ts";
import { explainDecision } from "./explain-decision.ts";
import { offAnswer, overrideText, resolveOverridden } from "./override.ts";
import type { RecordedDecision } from "./recorded-decision.ts";

/** Why a recorded decision fell so, in lines of plain text; `route` is its document, where it is still kept. */
export function explainRecorded(record: RecordedDecision, route: Route | undefined): string[] {
  return [...facts(record), ...reasons(record, route)];
}

function facts({ at, context, target, servedModel, prompt, release, ...record }: RecordedDecision): string[] {
  const named = Object.entries({
    request: context.requestId,
    operation: record.operationId,
    response: record.responseId,
    "apim-request-id": record.apimRequestId,
    tenant: context.tenant,
    feature: context.feature,
  }).flatMap(([key, value]) => (value === undefined ? [] : [`${key} ${value}`]));
  const asked = `${target.model}@${target.version}`;
  return [
    `Recorded at ${at}: ${named.join(", ")}.`,
    offAnswer(record) !== undefined
      ? "No model was asked."
      : servedModel === undefined
        ? `Nobody recorded which model answered; ${asked} was asked.`
        : `${servedModel} answered; ${asked} was asked.`,
    `Prompt digest: ${prompt?.digest ?? "not recorded"}. Release: ${release ?? "not recorded"}.`,
  ];
}

function reasons(record: RecordedDecision, route: Route | undefined): string[] {
  const { target, rule, digest, masked } = record;
  const why = record.override ? [`An operator's override: ${overrideText(record.override)}.`] : [];
  const what = record.off ? "was switched off" : `sent it to ${target.name} (deployment ${target.deployment})`;
  const short = `${record.route} ${what} by ${rule === "default" ? "its default" : `the rule ${rule}`}. Route digest: ${digest}.`;
  if (!route) return [...why, short, "The route's document is no longer kept, so its reasons cannot be shown."];
  if (masked)
    return [
      ...why,
      short,
      "Parts of the request's context were masked when it was stored, so it cannot be decided again.",
    ];
  return explainDecision(resolveOverridden(route, record.context, record.override), route, new Date(record.at));
}
