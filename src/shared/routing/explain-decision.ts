import type { Route } from "../repository/route.ts";
import type { Mismatch } from "./match-when.ts";
import { type Overridden, overrideText } from "./override.ts";
import type { Decision, NamedTarget } from "./resolve-route.ts";

/** Why a request goes where it goes, in lines of plain text; `route` is the document that the decision was made by. */
export function explainDecision(decision: Overridden, route: Route, today: Date): string[] {
  const { target, rule, passedOver, fallback, override, off } = decision;
  if (override)
    return [
      override.kind === "off"
        ? `${decision.route} is switched off and answers: ${override.answer}`
        : `${decision.route} sends it to ${named(target)}, and nowhere else after an error.`,
      `An operator's override: ${overrideText(override)}.`,
      `Without it, ${rule === "default" ? "its default" : `the rule ${rule}`} decides.`,
      ...passedOver.map(({ rule: id, because }) => `${id} does not match: ${because.map(mismatchText).join("; ")}.`),
      `Route digest: ${decision.digest}.`,
    ];
  if (off)
    return [
      `${decision.route} is switched off by ${rule === "default" ? "its default" : `the rule ${rule}`} and answers: ${off.answer}`,
      ...passedOver.map(({ rule: id, because }) => `${id} does not match: ${because.map(mismatchText).join("; ")}.`),
      ...ruleLines(decision, route, today),
      `Route digest: ${decision.digest}.`,
    ];
  return [
    `${decision.route} sends it to ${named(target)} by ${rule === "default" ? "its default" : `the rule ${rule}`}.`,
    ...passedOver.map(({ rule: id, because }) => `${id} does not match: ${because.map(mismatchText).join("; ")}.`),
    ...ruleLines(decision, route, today),
    ...drawLines(decision, route),
    ...(fallback.length === 0
      ? ["There is no fallback."]
      : fallback.map(({ target: next, on }) => `After ${on.join(", ")}: ${named(next)}.`)),
    `Route digest: ${decision.digest}.`,
  ];
}

function named({ name, deployment, model, version, parameters }: NamedTarget): string {
  const sent = Object.keys(parameters).length > 0 ? `, parameters ${JSON.stringify(parameters)}` : "";
  return `${name} (deployment ${deployment}, ${model}@${version}${sent})`;
}

function mismatchText({ field, wanted, got }: Mismatch): string {
  const what = wantedText(wanted);
  return got === undefined ? `${field} is not known, and has to be ${what}` : `${field} is ${got}, not ${what}`;
}

function wantedText(wanted: Mismatch["wanted"]): string {
  if ("in" in wanted) return wanted.in.join(" or ");
  if ("notIn" in wanted) return `other than ${wanted.notIn.join(", ")}`;
  const { atLeast, below } = wanted;
  return [atLeast === undefined ? [] : `at least ${atLeast}`, below === undefined ? [] : `below ${below}`]
    .flat()
    .join(" and ");
}

function ruleLines({ rule: id }: Decision, { rules }: Route, today: Date): string[] {
  const rule = rules.find((own) => own.id === id);
  if (!rule) return [];
  const day = today.toISOString().slice(0, 10);
  const evidence = rule.evidence.length > 0 ? rule.evidence.join(", ") : "none";
  const expiry =
    rule.expires <= day ? `expired on ${rule.expires} and routes until somebody decides` : `expires on ${rule.expires}`;
  return [
    `${id} is there because: ${rule.rationale.replace(/\s+/g, " ").trim()}`,
    `Owner ${rule.owner}; evidence ${evidence}; ${expiry}.`,
  ];
}

function drawLines({ sticky, draws, arm, rule, target }: Decision, route: Route): string[] {
  const { pick } = route.rules.find(({ id }) => id === rule) ?? route.default;
  if (arm === "heaviest")
    return [
      "It has no key to draw by (conversation, tenant or request), so the heaviest target is taken, and no canary.",
    ];
  const by = sticky ? [`Drawn by its ${sticky.by}; the rule asks for ${sticky.asked}.`] : [];
  return [
    ...by,
    ...draws.map(({ of, salt, bucket }) => {
      const at = `${bucket.toFixed(6)} with the salt ${salt}`;
      if (of === "targets") return `It falls at ${at}, which is ${target.name} of ${weightsText(pick.targets)}.`;
      const limit = `${pick.canary?.percent ?? 0} %`;
      return arm === "canary"
        ? `It falls at ${at}, within the canary's ${limit}.`
        : `It falls at ${at}, beyond the canary's ${limit}.`;
    }),
  ];
}

function weightsText(targets: readonly { target: string; weight: number }[]): string {
  return targets.map(({ target, weight }) => `${target} ${weight}`).join(" : ");
}
