import { type ReleaseState, type TargetState, targetKey } from "./release-state.ts";

/** A release's targets with what people put on them, as far as it still holds. */
export function marksOf(release: ReleaseState, targets: readonly TargetState[], now: Date): object[] {
  const at = now.toISOString();
  const own = targets.filter((target) => target.current === release.releaseId || targetKey(target) in release.pointers);
  return own.map((target) => {
    const { current, frozenUntil, pausedUntil, cooldownUntil, why, by } = target;
    const holds = (until: string | undefined) => until !== undefined && until > at;
    return {
      ...{ target: targetKey(target), current },
      ...(holds(frozenUntil) ? { frozenUntil } : {}),
      ...(holds(pausedUntil) ? { pausedUntil } : {}),
      ...(holds(cooldownUntil) ? { cooldownUntil } : {}),
      ...(holds(frozenUntil) || holds(pausedUntil) ? { why, by } : {}),
    };
  });
}
