import type { ReleaseTarget } from "./release-target.ts";

/** Targets in the order in which they flip: what others depend on first, else as they are written. */
export function flipOrder(targets: readonly ReleaseTarget[]): { order: ReleaseTarget[]; circle: ReleaseTarget[] } {
  const order: ReleaseTarget[] = [];
  let waiting = [...targets];
  while (waiting.length > 0) {
    const next = waiting.find(({ dependsOn }) => !waiting.some(({ id }) => dependsOn.includes(id)));
    if (!next) break;
    order.push(next);
    waiting = waiting.filter((target) => target !== next);
  }
  return { order, circle: inCircle(waiting) };
}

/** Of targets that wait for one another: those in a circle, and not those that only wait for one. */
function inCircle(waiting: readonly ReleaseTarget[]): ReleaseTarget[] {
  let left = [...waiting];
  for (;;) {
    const needed = left.filter(({ id }) => left.some(({ dependsOn }) => dependsOn.includes(id)));
    if (needed.length === left.length) return left;
    left = needed;
  }
}
