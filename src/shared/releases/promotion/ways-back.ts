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
  const destinations = destinationsOf({ ...known, release });
  if (destinations.length === 0) return passedOver(known, release);
  for (const destination of destinations.slice(0, mostAsked)) {
    const ready = await readyOf(destination, plan, ports);
    ways.push({ releaseId: destination.releaseId, verified: true, quarantined: false, ready });
    if (ready === "yes") break;
  }
  return ways;
}

/** Verified ones that only their quarantine keeps from being a way back: nobody is told that there were none. */
function passedOver(known: Known, release: Parameters<typeof destinationsOf>[0]["release"]): WayBack[] {
  const bad = new Set(known.quarantined.map(({ digest }) => digest));
  const all = destinationsOf({ ...known, quarantined: [], release }).flatMap(({ releases }) => Object.values(releases));
  return known.releases
    .filter(({ releaseId, brought }) => all.includes(releaseId) && brought.some((digest) => bad.has(digest)))
    .map(({ releaseId }) => ({ releaseId, verified: true, quarantined: true, ready: "no" as const }));
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
