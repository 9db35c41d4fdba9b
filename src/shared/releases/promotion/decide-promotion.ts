import type { Finding } from "../../repository/finding.ts";
import { shippedContents } from "../shipped-contents.ts";
import { approvalRefusals } from "./approval-refusals.ts";
import { evidenceRefusals } from "./evidence-refusals.ts";
import { filterRefusals } from "./filter-refusals.ts";
import type { PromotionFacts, Refusal } from "./promotion.ts";
import { standbyRefusals } from "./standby-refusals.ts";
import { wayBackRefusals } from "./way-back-refusals.ts";

export type PromotionDecision = { decision: "promote" } | { decision: "refuse"; refusals: Refusal[] };

/** Whether a release may ship. Everything that speaks against it is told at once; what is not known speaks against it. */
export function decidePromotion(facts: PromotionFacts): PromotionDecision {
  const refusals = [
    ...planRefusals(facts),
    ...manifestRefusals(facts),
    ...quarantineRefusals(facts),
    ...evidenceRefusals(facts),
    ...wayBackRefusals(facts),
    ...approvalRefusals(facts),
    ...filterRefusals(facts),
    ...standbyRefusals(facts),
  ];
  return refusals.length === 0 ? { decision: "promote" } : { decision: "refuse", refusals };
}

function planRefusals({ plan, approved }: PromotionFacts): Refusal[] {
  const problems = plan.problems.filter(({ code }) => !toldApart.has(code)).map(problemOf);
  if (plan.digest === approved.digest) return problems;
  const reason = `The manifest, or what it binds, was edited since the plan ${short(approved.digest)}: it is ${short(plan.digest)} now.`;
  return [{ code: "editedSincePlan", reason, mend: "Look at the new plan, and approve that one." }, ...problems];
}

/** What refuses by a reason of its own is told once. */
const toldApart = new Set(["release/no-runbook", "release/no-watch-rules", "release/no-content-filter"]);

/** A finding, as what refuses a promotion. */
export function problemOf({ path, line, message, fix }: Finding): Refusal {
  return { code: "problems", reason: `${path}:${line} ${message}`, mend: fix };
}

function manifestRefusals({ release: { owner, runbook, watch, path } }: PromotionFacts): Refusal[] {
  const missing = (code: Refusal["code"], what: string, key: string): Refusal => ({
    code,
    reason: `${path} names no ${what}.`,
    mend: `Add \`${key}\`.`,
  });
  return [
    ...(owner.trim() === "" ? [missing("noOwner", "owner", "owner:")] : []),
    ...((runbook ?? "").trim() === "" ? [missing("noRunbook", "runbook", "runbook:")] : []),
    ...(watch.rules.length === 0 ? [missing("noWatchRules", "watch rules", "watch: { rules: … }")] : []),
  ];
}

function quarantineRefusals({ release, plan, quarantined }: PromotionFacts): Refusal[] {
  const contents = [...shippedContents(release), { what: "the plan", digest: plan.digest }];
  return contents.flatMap(({ what, digest }): Refusal[] => {
    const why = quarantined.get(digest);
    if (why === undefined) return [];
    const reason = `${what} (${short(digest)}) is in quarantine: ${why}`;
    return [{ code: "quarantined", reason, mend: "Ship something else, or let a person lift the quarantine." }];
  });
}

const short = (digest: string) => digest.slice(0, 12);
