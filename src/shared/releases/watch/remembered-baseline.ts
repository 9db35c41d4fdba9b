import type { ArmWindow } from "./arm-window.ts";

const kept = new WeakMap<readonly ArmWindow[], Map<object, unknown>>();

/** What a rule takes from a baseline: many observations share one, which nobody changes once it is read. */
export function remembered<T>(baseline: readonly ArmWindow[], user: object, compute: () => T): T {
  const results = kept.get(baseline) ?? new Map<object, unknown>();
  kept.set(baseline, results);
  if (!results.has(user)) results.set(user, compute());
  return results.get(user) as T;
}
