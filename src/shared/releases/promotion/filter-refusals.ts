import type { Prompt } from "../../repository/prompt.ts";
import type { ReleaseManifest } from "../../repository/release.ts";
import { filterCategories, type SafetyPolicy } from "../../repository/safety-policy.ts";
import type { PromptReach } from "../prompt-reach.ts";
import { isMade, namesOf } from "./made-target.ts";
import type { PromotionFacts, Refusal } from "./promotion.ts";

/** Every model stands behind a content filter, no weaker than what serves now and than its prompts ask for. */
export function filterRefusals(facts: PromotionFacts): Refusal[] {
  const { release, base, reaches } = facts;
  const filtered = release.targets.filter(isMade);
  const each = filtered.flatMap((target): Refusal[] => {
    const filter = target.to.contentFilter;
    if (filter === undefined)
      return [
        {
          code: "noContentFilter",
          reason: `\`${target.alias}\` names no content filter.`,
          mend: "Add `contentFilter:` with the name of the account's policy.",
        },
      ];
    const before = base?.targets.filter(isMade).find(({ alias }) => alias === target.alias)?.to.contentFilter;
    return before === undefined || before === filter ? [] : unlikeNames(target.alias, [before, filter], release, base);
  });
  const policies = base?.safetyPolicy ? weakerThanBase(base.safetyPolicy, release) : [];
  const seen = new Set<string>();
  return [...each, ...reaches.flatMap((reach) => reachRefusals(reach, facts)), ...policies].filter(
    ({ reason }) => !seen.has(reason) && seen.add(reason),
  );
}

const weaker = (reason: string, mend: string): Refusal => ({ code: "weakerContentFilter", reason, mend });

/** Two names say nothing of each other: what they stand for has to be declared on both sides. */
function unlikeNames(
  alias: string,
  [before, after]: readonly [string, string],
  release: ReleaseManifest,
  base: ReleaseManifest | undefined,
): Refusal[] {
  const known = release.safetyPolicy?.contentFilter === after && base?.safetyPolicy?.contentFilter === before;
  if (known) return [];
  return [
    weaker(
      `\`${alias}\` goes from the content filter \`${before}\` to \`${after}\`, and nothing says that it is as strong.`,
      "Declare both as `safetyPolicy` of their manifests, or keep the filter.",
    ),
  ];
}

function weakerThanBase(before: SafetyPolicy, { safetyPolicy: after }: ReleaseManifest): Refusal[] {
  if (!after)
    return [weaker("The base declares a `safetyPolicy`, and this manifest none.", "Declare one that is as strong.")];
  const mend = "Make it as strong as the base's.";
  const lowered = filterCategories
    .filter((category) => severities.indexOf(after.severity[category]) > severities.indexOf(before.severity[category]))
    .map(
      (category) =>
        `${category} is filtered from \`${after.severity[category]}\` on, before from \`${before.severity[category]}\``,
    );
  const lost = before.blocklists
    .filter((list) => !after.blocklists.includes(list))
    .map((list) => `the blocklist \`${list}\` is gone`);
  return [
    ...lowered,
    ...lost,
    ...(before.promptShields && !after.promptShields ? ["the prompt shields are off"] : []),
    ...(isWeaker(groundedness, before.groundedness, after.groundedness) ? ["groundedness is asked for less"] : []),
    ...(isWeaker(pii, before.pii, after.pii) ? [`personal data: \`${before.pii}\` became \`${after.pii}\``] : []),
  ].map((what) => weaker(`The safety policy is weaker than the base's: ${what}.`, mend));
}

/** From strongest to weakest. */
const severities = ["low", "medium", "high", "off"] as const;
const groundedness = ["required", "advisory", "off"] as const;
const pii = ["block", "redact", "allow"] as const;

function isWeaker<T extends string>(order: readonly T[], before: T, after: T): boolean {
  return order.indexOf(after) > order.indexOf(before);
}

/** What a prompt asks for has to stand before every model that it can come to: as the release makes it, or as it serves. */
function reachRefusals({ prompt, deployments }: PromptReach, { release, filters }: PromotionFacts): Refusal[] {
  const { safetyPolicy } = release;
  const unknown = (where: string) =>
    weaker(
      `The prompt \`${prompt.name}\` has a \`safety\` block, and nothing says which content filter stands before ${where}.`,
      "Declare it as this manifest's `safetyPolicy`, or release the deployment with its `contentFilter` first.",
    );
  if (deployments.length === 0 && asksForMore(prompt)) return [unknown("what it runs on")];
  return deployments.flatMap((deployment): Refusal[] => {
    const own = release.targets.filter(isMade).find((target) => namesOf(target).includes(deployment));
    // Where the release itself makes it without a filter, that is refused already.
    if (own && own.to.contentFilter === undefined) return [];
    const standing = own ? undefined : filters.get(deployment);
    const filter = own?.to.contentFilter ?? standing?.contentFilter ?? safetyPolicy?.contentFilter;
    if (filter === undefined) return asksForMore(prompt) ? [unknown(`\`${deployment}\``)] : [];
    // A policy speaks for the filter that it names.
    const policy = safetyPolicy?.contentFilter === filter ? safetyPolicy : standing?.safetyPolicy;
    return promptRefusals(prompt, filter, policy);
  });
}

/** Than what every filter is held to be. */
function asksForMore({ safety }: Prompt): boolean {
  return (
    safety.contentFilter !== "default" ||
    safety.blocklists.length > 0 ||
    safety.groundedness !== "off" ||
    safety.pii === "block"
  );
}

/** A prompt's `safety` block asks for a filter by its name; `default` is any. */
function promptRefusals({ name, safety }: Prompt, filter: string, policy: SafetyPolicy | undefined): Refusal[] {
  const asks = (what: string, mend: string) => weaker(`The prompt \`${name}\` asks for ${what}.`, mend);
  const declare = `Declare it in a \`safetyPolicy\` of the filter \`${filter}\`.`;
  const lists = safety.blocklists.filter((list) => !policy?.blocklists.includes(list));
  return [
    ...(safety.contentFilter === "default" || safety.contentFilter === filter
      ? []
      : [asks(`the content filter \`${safety.contentFilter}\`, and \`${filter}\` is named`, "Name that filter.")]),
    ...lists.map((list) => asks(`the blocklist \`${list}\``, declare)),
    ...(isWeaker(groundedness, safety.groundedness, policy?.groundedness ?? "off")
      ? [asks(`groundedness to be ${safety.groundedness}`, declare)]
      : []),
    ...(isWeaker(pii, safety.pii, policy?.pii ?? "redact")
      ? [asks(`personal data to be handled by \`${safety.pii}\``, declare)]
      : []),
  ];
}
