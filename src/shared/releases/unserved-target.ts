import type { TargetKind, TargetPort } from "./target-port.ts";

/** A kind that nothing serves yet: a release of it is refused with its reason, and never counts as done. */
export function createUnservedTarget(kind: TargetKind): TargetPort {
  const reason = `nothing serves a ${kind} of its own yet; release it with what carries it`;
  return {
    read: async () => undefined,
    flip: async () => ({ kind: "refused", code: "NotServed", reason }),
    probe: async () => ({ kind: "unknown", reason }),
  };
}
