import { type ReleaseState, type TargetState, targetKey } from "./release-state.ts";

/** Its key, and what people put on it. */
export type Marks = { target: string } & Pick<TargetState, "current" | "frozen" | "paused" | "cooldownUntil">;

/** A release's targets with what people put on them, as far as it still holds. */
export function marksOf(release: ReleaseState, targets: readonly TargetState[], now: Date): Marks[] {
  const at = now.toISOString();
  const own = targets.filter((target) => target.current === release.releaseId || targetKey(target) in release.pointers);
  return own.map((target) => {
    const { current, frozen, paused, cooldownUntil } = target;
    const holds = (until: string | undefined) => until !== undefined && until > at;
    return {
      ...{ target: targetKey(target), current },
      ...(holds(frozen?.until) ? { frozen } : {}),
      ...(holds(paused?.until) ? { paused } : {}),
      ...(holds(cooldownUntil) ? { cooldownUntil } : {}),
    };
  });
}
