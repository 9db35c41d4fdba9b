import { destinationsOf } from "../decide-rollback.ts";
import type { Destination } from "../operation.ts";
import type { ReleasePlan } from "../plan-release.ts";
import { readinessOf } from "../readiness.ts";
import { type Quarantine, type ReleaseState, type TargetState, targetKey } from "../release-state.ts";
import type { TargetPorts } from "../target-port.ts";
import type { WayBack } from "./promotion.ts";

interface Known {
  targets: readonly TargetState[];
  releases: readonly ReleaseState[];
  quarantined: readonly Quarantine[];
}

/** Calls cost time: the best few are asked, and no more once one can serve. */
const mostAsked = 3;

/** Where a rollback of what is planned would lead, found as a rollback finds it, and whether that can serve: asked by calls. */
export async function waysBackOf(plan: ReleasePlan, known: Known, ports: TargetPorts): Promise<WayBack[]> {
  const current = new Map(known.targets.map((target) => [targetKey(target), target.current]));
  const keys = plan.steps.map(({ target, after }) => [targetKey(target), after] as const);
  const release = {
    releaseId: "",
    pointers: Object.fromEntries(keys),
    before: Object.fromEntries(keys.flatMap(([key]) => (current.get(key) ? [[key, current.get(key) ?? ""]] : []))),
  };
  const ways: WayBack[] = [];
  for (const destination of destinationsOf({ ...known, release }).slice(0, mostAsked)) {
    const ready = await readyOf(destination, plan, ports);
    ways.push({ releaseId: destination.releaseId, verified: true, quarantined: false, ready });
    if (ready === "yes") break;
  }
  return ways;
}

async function readyOf(
  { pointers }: Destination,
  { steps }: ReleasePlan,
  ports: TargetPorts,
): Promise<WayBack["ready"]> {
  let ready: WayBack["ready"] = "yes";
  for (const { target } of steps) {
    const pointer = pointers[targetKey(target)];
    const result = pointer && (await ports[target.kind].probe(target, pointer));
    const own = result ? readinessOf(result).ready : "unknown";
    if (own === "no") return "no";
    if (own === "unknown") ready = "unknown";
  }
  return ready;
}
