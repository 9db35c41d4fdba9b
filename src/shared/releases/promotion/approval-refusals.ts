import type { Approval } from "../../gate/code-host.ts";
import type { PromotionFacts, Refusal } from "./promotion.ts";

const ranks: Approval["permission"][] = ["none", "read", "triage", "write", "maintain", "admin"];

/** As the base's policy asks at this stage; the manifest may ask for more. Logins are the same in any letter case. */
export function approvalRefusals(facts: PromotionFacts): Refusal[] {
  const { release, policy, authors, approvals, plan } = facts;
  const asked = policy.approvals.releases[release.stage];
  const needed = Math.max(asked.count, release.approvals[release.stage] ?? 0);
  if (needed === 0) return [];
  const of = (names: readonly string[], name: string) => names.some((own) => own.toLowerCase() === name.toLowerCase());
  const onThis = approvals.filter(({ commit }) => commit === plan.commit);
  const counted = onThis.filter(
    ({ by, permission }) =>
      ranks.indexOf(permission) >= ranks.indexOf(asked.permission) &&
      (asked.from === undefined || of(asked.from, by)) &&
      !of(authors, by),
  );
  const people = new Set(counted.map(({ by }) => by.toLowerCase()));
  if (people.size >= needed) return [];
  const own = onThis.filter(({ by }) => of(authors, by)).map(({ by }) => by);
  const who = asked.from ? ` of ${asked.from.slice(0, 8).join(", ")}` : ` with ${asked.permission} permission`;
  const mend = `Let somebody else${who} approve ${plan.commit.slice(0, 10)}.`;
  const reason = `${release.stage} needs ${needed === 1 ? "an approval" : `${needed} approvals`}${who}; ${people.size} of ${approvals.length} count.`;
  return [
    ...(own.length > 0
      ? [{ code: "authorApproves" as const, reason: `${own[0]} wrote it, and cannot approve it.`, mend }]
      : []),
    { code: "approvalsMissing", reason, mend },
  ];
}
