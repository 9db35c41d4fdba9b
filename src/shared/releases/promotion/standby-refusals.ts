import { neededCapacity } from "../standby/load.ts";
import type { Pointer } from "../target-port.ts";
import type { PromotionFacts, Refusal } from "./promotion.ts";

/** Only deployments stand by: versions of agents are there anyway, and in place nothing stays behind. */
export function standbyRefusals({ release, plan, standby }: PromotionFacts): Refusal[] {
  const flips = plan.steps.filter(
    ({ target, before, unchanged }) => target.kind === "deployment" && before && !unchanged,
  );
  return flips.flatMap(({ target, before }): Refusal[] => {
    const figures = standby.get(target.id);
    const { kind, capacity: declared, expectedPeak } = release.standby;
    // What was observed wins over what somebody says or expects: nobody makes the one out of the other.
    const capacity = kind === "none" ? 0 : (figures?.capacity ?? declared);
    const peak = figures?.peak ?? expectedPeak;
    if (peak === undefined)
      return [
        {
          code: "standbyUnknown",
          reason: `No evidence of what \`${target.alias}\` has to carry: no peak was observed.`,
          mend: "Wait until it was observed under traffic, or vouch for one with `standby.expectedPeak`.",
        },
      ];
    if (capacity === undefined)
      return [
        {
          code: "standbyUnknown",
          reason: `No evidence of what the version that serves \`${target.alias}\` can carry.`,
          mend: "Declare `standby.capacity`, or ask again in a minute.",
        },
      ];
    const needed = neededCapacity(peak);
    if (capacity >= needed) return [];
    const reason = `\`${target.alias}\` would stand by with a capacity of ${capacity}, and its peak × 1.2 is ${Number(needed.toFixed(1))}.`;
    const mend =
      kind === "none"
        ? "Write `standby: { kind: hot }`."
        : `Give ${nameOf(before)}, which stands by, a capacity of ${Math.ceil(needed)} or more; that leaves its model as it is.`;
    return [{ code: "standbyTooSmall", reason, mend }];
  });
}

function nameOf(pointer: Pointer | undefined): string {
  return pointer?.kind === "deployment" ? `\`${pointer.deployment}\`` : "what serves now";
}
