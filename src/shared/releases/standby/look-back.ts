import { messageOf } from "../../errors.ts";
import { destinationsOf } from "../decide-rollback.ts";
import type { HeldDeployment } from "../deployments.ts";
import type { Destination } from "../operation.ts";
import { readinessOf } from "../readiness.ts";
import { type Quarantine, type ReleaseState, type TargetState, targetKey } from "../release-state.ts";
import { type OpenTargets, type Pointer, samePointer, type TargetPorts } from "../target-port.ts";
import { heldRefusals } from "./held-refusals.ts";
import type { Candidate, StandbyLook } from "./standby.ts";

export interface LookPorts {
  targets: OpenTargets;
  /** What its account says of a deployment. */
  held(endpoint: string | undefined, deployment: string): Promise<HeldDeployment | undefined>;
  /** The most that was asked of it since then, in its capacity's unit; undefined where nobody can say. */
  peakOf(endpoint: string | undefined, deployment: string, since: Date): Promise<number | undefined>;
}

export interface LookFacts {
  release: ReleaseState;
  releases: readonly ReleaseState[];
  targets: readonly TargetState[];
  quarantined: readonly Quarantine[];
  now: Date;
}

/** Calls cost time: the best few are asked, and no more once one can serve. */
const mostAsked = 3;
const weekMs = 7 * 24 * 3_600_000;
/** Points of a minute may come late. */
const lateMs = 10 * 60_000;

/** Where a rollback of a release would lead now, found as a rollback finds it, and whether that can serve: asked by calls. */
export async function lookBack(facts: LookFacts, ports: LookPorts): Promise<StandbyLook> {
  const { release } = facts;
  const open = await ports.targets({ id: release.repositoryId, fullName: release.repository });
  const peaks = await peaksOf(facts, ports);
  const candidates: Candidate[] = [];
  for (const destination of destinationsOf(facts).slice(0, mostAsked)) {
    const found = await candidateOf(destination, { ...facts, peaks, open }, ports);
    candidates.push(found);
    if (found.ready === "yes") break;
  }
  const lost = candidates.length === 0 ? whyNone(facts) : undefined;
  return { candidates, peaks, ...(lost === undefined ? {} : { lost }) };
}

type CandidateFacts = LookFacts & { peaks: Record<string, number>; open: TargetPorts };

async function candidateOf(
  { releaseId, pointers }: Destination,
  facts: CandidateFacts,
  ports: LookPorts,
): Promise<Candidate> {
  const found: Candidate = { releaseId, ready: "yes", reasons: [] };
  for (const [key, served] of Object.entries(facts.release.pointers)) {
    const pointer = pointers[key];
    // What serves now needs no way back, and what is changed in place has no second deployment to call.
    if (!pointer || pointer.kind === "inPlace" || samePointer(pointer, served)) continue;
    const { ready, reasons } = await readyOf(key, pointer, facts, ports);
    found.reasons.push(...reasons);
    if (ready === "no" || found.ready === "yes") found.ready = ready;
  }
  return found;
}

async function readyOf(
  key: string,
  pointer: Pointer,
  { targets, peaks, open }: CandidateFacts,
  ports: LookPorts,
): Promise<Pick<Candidate, "ready" | "reasons">> {
  const target = targets.find((one) => targetKey(one) === key);
  if (!target) return { ready: "unknown", reasons: [`${key} has no row`] };
  try {
    if (pointer.kind === "deployment") {
      const held = await ports.held(target.endpoint, pointer.deployment);
      const said = heldRefusals(pointer, held, peaks[key]);
      if (said.ready !== "yes") return said;
    }
    const { ready, reason } = readinessOf(await open[pointer.kind].probe(target, pointer));
    return { ready, reasons: ready === "yes" ? [] : [`${target.alias}: ${reason}`] };
  } catch (thrown) {
    return { ready: "unknown", reasons: [`${target.alias}: ${messageOf(thrown).slice(0, 300)}`] };
  }
}

/** Of both arms: what served before the flip, and what serves since. */
async function peaksOf({ release, releases, targets, now }: LookFacts, ports: LookPorts) {
  const peaks: Record<string, number> = {};
  for (const [key, pointer] of Object.entries(release.pointers)) {
    if (pointer.kind !== "deployment") continue;
    const before = releases.find(({ releaseId }) => releaseId === release.before[key])?.pointers[key];
    const known = release.standby?.peaks[key];
    const since =
      known === undefined || release.standby === undefined
        ? now.getTime() - weekMs
        : Date.parse(release.standby.lookedAt) - lateMs;
    const { endpoint } = targets.find((one) => targetKey(one) === key) ?? {};
    const arms = [pointer.deployment, ...(before?.kind === "deployment" ? [before.deployment] : [])];
    const told = await Promise.all(arms.map((arm) => ports.peakOf(endpoint, arm, new Date(since))));
    const all = [known, ...told].filter((peak) => peak !== undefined);
    if (all.length > 0) peaks[key] = Math.max(...all);
  }
  return peaks;
}

/** What was verified before it and is no way any more; nothing where its owner had declared that there is none. */
function whyNone({ release, releases, quarantined }: LookFacts): string | undefined {
  const bad = new Set(quarantined.map(({ digest }) => digest));
  const before = new Set(Object.values(release.before));
  const lost = releases.filter(({ releaseId }) => before.has(releaseId)).filter(({ verifiedAt }) => verifiedAt);
  const [reason] = lost.flatMap(({ releaseId, status, brought }) => {
    if (brought.some((digest) => bad.has(digest))) return [`${releaseId}: what it brought is in quarantine`];
    return status === "verified" ? [] : [`${releaseId} is ${status}`];
  });
  return reason;
}
