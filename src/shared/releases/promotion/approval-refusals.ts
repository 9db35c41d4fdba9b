import type { Approval } from "../../gate/code-host.ts";
import type { Policy } from "../../repository/policy.ts";
import type { PromotionFacts, Refusal } from "./promotion.ts";

const ranks: Approval["permission"][] = ["none", "read", "triage", "write", "maintain", "admin"];

/**
 * As the base's policy asks at this stage, and the default branch's by now; the manifest may ask for more. Logins are the same in
 * any letter case.
 */
export function approvalRefusals(facts: PromotionFacts): Refusal[] {
  const { release, policy, policyNow = policy, authors, approvals, plan, approved } = facts;
  const [unread] = facts.unreadPolicies ?? [];
  // The default policy may ask for less than what nobody can read.
  if (unread !== undefined)
    return [
      {
        code: "approvalsMissing",
        reason: `The \`assay.yaml\` of ${unread.slice(0, 10)} cannot be read, so that nobody knows which approvals ${release.stage} needs.`,
        mend: "Mend it on the default branch, and bring the manifest by a pull request after that.",
      },
    ];
  const asked = [policy, policyNow].map((one) => one.approvals.releases[release.stage]);
  const needed = Math.max(...asked.map(({ count }) => count), release.approvals[release.stage] ?? 0);
  if (needed === 0) return [];
  const of = (names: readonly string[], name: string) => names.some((own) => own.toLowerCase() === name.toLowerCase());
  const onThis = approvals.filter(({ commit }) => commit === plan.commit);
  const counted = onThis.filter(
    ({ by, permission: held }) =>
      asked.every(
        ({ permission, from }) => ranks.indexOf(held) >= ranks.indexOf(permission) && (!from || of(from, by)),
      ) && !of(authors, by),
  );
  const people = new Set(counted.map(({ by }) => by.toLowerCase()));
  if (people.size >= needed) return [];
  const own = onThis.filter(({ by }) => of(authors, by)).map(({ by }) => by);
  const who = whoOf(asked);
  // Without a pull request there is nothing that somebody could approve.
  const mend =
    approved.commit === plan.commit
      ? `It came by no pull request to the default branch: bring it by one, and let somebody else${who} approve that.`
      : `Let somebody else${who} approve ${approved.commit.slice(0, 10)} in its pull request, and run \`assay / release\` again.`;
  const reason = `${release.stage} needs ${needed === 1 ? "an approval" : `${needed} approvals`}${who}; ${people.size} of ${approvals.length} count.`;
  return [
    ...(own.length > 0
      ? [{ code: "authorApproves" as const, reason: `${own[0]} wrote it, and cannot approve it.`, mend }]
      : []),
    { code: "approvalsMissing", reason, mend },
  ];
}

function whoOf(asked: readonly Policy["approvals"]["releases"]["prod"][]): string {
  const named = asked.flatMap(({ from }) => (from ? [from] : []));
  const both = named[0]?.filter((name) => named.every((from) => from.includes(name)));
  if (both) return ` of ${both.slice(0, 8).join(", ") || "nobody: the base and the default branch name others"}`;
  const highest = asked.map(({ permission }) => permission).sort((a, b) => ranks.indexOf(b) - ranks.indexOf(a))[0];
  return ` with ${highest} permission`;
}
