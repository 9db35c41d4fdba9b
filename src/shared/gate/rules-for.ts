import type { AiRepository } from "../repository/ai-repository.ts";
import { Policy } from "../repository/policy.ts";
import type { Plan } from "./plan.ts";

type Rules = Pick<Plan, "mode" | "onInconclusive" | "comments" | "policyFrom" | "blockingSegments">;

/** What holds where no policy can be read: everything has a default. */
const defaults = Policy.parse({ schema: "assay/policy/v1" });

/**
 * The policy of a gate and where it is from. The base's counts, for what a pull request writes must not judge itself; one
 * that is there and cannot be read fails closed, as the defaults in `enforce`. Where the base has none the head's is tried
 * out in `observe`, and where neither has one the defaults are. A baseline has no base: its own commit is the default branch.
 */
export function policyFor(
  base: AiRepository | undefined,
  head: AiRepository,
): { policy: Policy; policyFrom: Plan["policyFrom"]; mode: Plan["mode"] } {
  const own = base ?? head;
  if (own.policy) return { policy: own.policy, policyFrom: "base", mode: own.policy.mode };
  if (own.files.has("assay.yaml")) return { policy: defaults, policyFrom: "base", mode: "enforce" };
  if (head.policy) return { policy: head.policy, policyFrom: "head", mode: "observe" };
  return { policy: defaults, policyFrom: "default", mode: "observe" };
}

export function rulesFor(base: AiRepository | undefined, head: AiRepository): Rules {
  const { policy, policyFrom, mode } = policyFor(base, head);
  const { onInconclusive, comments, blockingSegments } = policy;
  return { mode, policyFrom, onInconclusive, comments, blockingSegments };
}
