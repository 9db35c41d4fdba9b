import type { AiRepository } from "../repository/ai-repository.ts";
import { Policy } from "../repository/policy.ts";
import type { Plan } from "./plan.ts";

type Rules = Pick<Plan, "mode" | "onInconclusive" | "comments" | "policyFrom" | "blockingSegments">;

/**
 * The policy of a gate: the base's, for what a pull request writes must not judge itself. Where the base has none the
 * head's is tried out in `observe`, and where neither has one the defaults are.
 */
export function rulesFor(base: AiRepository | undefined, head: AiRepository): Rules {
  const policyFrom = base?.policy ? "base" : head.policy ? "head" : "default";
  const policy = policyFor(base, head);
  // A baseline has no base: its own commit is the default branch.
  const own = base === undefined && head.policy !== undefined;
  return {
    mode: policyFrom === "base" || own ? policy.mode : "observe",
    onInconclusive: policy.onInconclusive,
    comments: policy.comments,
    policyFrom,
    blockingSegments: policy.blockingSegments,
  };
}

export function policyFor(base: AiRepository | undefined, head: AiRepository): Policy {
  return base?.policy ?? head.policy ?? Policy.parse({ schema: "assay/policy/v1" });
}
