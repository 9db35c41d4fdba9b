import { messageOf } from "../errors.ts";
import { redact } from "../redaction/redact.ts";
import type { Previewed } from "./ask-rollback.ts";
import type { Destination, Operation } from "./operation.ts";
import { pinnedSessions } from "./pinned-sessions.ts";
import { readinessOf } from "./readiness.ts";
import { type Marks, marksOf } from "./release-marks.ts";
import { targetKey } from "./release-state.ts";
import type { ReleaseStore } from "./release-store.ts";
import { type OpenTargets, type Pointer, type ProbeResult, samePointer, type TargetPorts } from "./target-port.ts";

/** What a person wants to know before the click. */
export interface Preview {
  dryRun: true;
  from: string;
  /** The release that it would lead to, or why it would be `held`. */
  to: string;
  held?: true;
  steps: PreviewStep[];
  /** Better ones that cannot serve, as calls have shown. */
  passedOver?: { releaseId: string; reasons: string[] }[];
  notUndone: string[];
  /** It was asked for before: asking once more does this. */
  underWay?: { operationId: string; stage: string; reason?: string; asking: string };
  /** What people put on its targets, as far as it still holds. */
  marks: Marks[];
}

export interface PreviewStep {
  /** Its key. */
  target: string;
  serves?: Pointer;
  to?: Pointer;
  probe?: ProbeResult;
  changedByHand?: true;
  unread?: string;
}

export interface PreviewPorts {
  targets: OpenTargets;
  releases: Pick<ReleaseStore, "release" | "targets">;
  clock: { now(): Date };
}

/** Calls cost time: the best few are asked, and no more once one can serve. */
const mostAsked = 3;

/** From where to where, whether it can serve, and what stays as it is: found as the rollback itself finds it. */
export async function preview(
  { kind, operation }: Exclude<Previewed, { kind: "record" }>,
  ports: PreviewPorts,
): Promise<Preview> {
  const { repositoryId, repository, releaseId, destinations, destination } = operation;
  const open = await ports.targets({ id: repositoryId, fullName: repository });
  const served = await Promise.all(operation.steps.map((step) => servedBy(step, open)));
  const looks: Look[] = [];
  for (const one of destinations.slice(destination, destination + mostAsked)) {
    const look = await lookAt(one, operation, open);
    looks.push(look);
    if (look.ready === "yes") break;
  }
  const taken = looks.find(({ ready }) => ready === "yes") ?? looks.find(({ ready }) => ready === "unknown");
  const passed = looks.slice(0, taken === undefined ? undefined : looks.indexOf(taken));
  const sessions = pinnedSessions(operation);
  const notUndone = ["data that was written meanwhile", "the index that retrieval reads", "code of the application"];
  const release = await ports.releases.release(repositoryId, releaseId);
  const targets = await ports.releases.targets(repositoryId);
  return {
    ...{ dryRun: true, from: releaseId, to: taken?.releaseId ?? whyHeld(operation, looks) },
    ...(taken ? {} : { held: true }),
    steps: served.map((step, index) => ({ ...step, ...(taken ?? looks[0])?.steps[index] })),
    ...(passed.length > 0
      ? { passedOver: passed.map(({ releaseId: id, reasons }) => ({ releaseId: id, reasons })) }
      : {}),
    notUndone: [...notUndone, ...(sessions ? [sessions] : [])],
    ...(kind === "standing" ? { underWay: underWay(operation) } : {}),
    marks: release ? marksOf(release, targets, ports.clock.now()) : [],
  };
}

interface Look {
  releaseId: string;
  ready: "yes" | "no" | "unknown";
  reasons: string[];
  steps: Pick<PreviewStep, "to" | "probe">[];
}

type Step = Operation["steps"][number];

async function servedBy({ target, from, to }: Step, open: TargetPorts): Promise<PreviewStep> {
  const key = targetKey(target);
  try {
    const serves = await open[target.kind].read(target);
    return {
      target: key,
      ...(serves === undefined ? {} : { serves }),
      ...(samePointer(serves, from) || samePointer(serves, to) ? {} : { changedByHand: true }),
    };
  } catch (thrown) {
    return { target: key, unread: said(thrown) };
  }
}

async function lookAt({ releaseId, pointers }: Destination, { steps }: Operation, open: TargetPorts): Promise<Look> {
  const look: Look = { releaseId, ready: "yes", reasons: [], steps: [] };
  for (const { target } of steps) {
    const to = pointers[targetKey(target)];
    // What is changed in place has one deployment for both: a call would be answered by what is to be taken back.
    const probe = to && to.kind !== "inPlace" ? await probed(open, target, to) : undefined;
    look.steps.push({ ...(to ? { to } : {}), ...(probe ? { probe } : {}) });
    const { ready, reason } = probe ? readinessOf(probe) : { ready: "yes" as const, reason: "" };
    if (ready === "yes") continue;
    look.reasons.push(`${target.alias}: ${reason}`);
    if (look.ready === "yes" || ready === "no") look.ready = ready;
  }
  return look;
}

async function probed(open: TargetPorts, target: Step["target"], to: Pointer): Promise<ProbeResult> {
  try {
    return await open[target.kind].probe(target, to);
  } catch (thrown) {
    return { kind: "unknown", reason: said(thrown) };
  }
}

function whyHeld({ noDestination }: Operation, looks: readonly Look[]): string {
  const why = looks.length > 0 ? "nothing before it can serve" : (noDestination ?? "no release before it was verified");
  return `${why}: it would be held`;
}

function underWay({ operationId, stage, reason, automatic }: Operation) {
  const yes = automatic ? "says yes to it" : "shows it; with `approve` it goes on over what is in its way";
  const asking = stage === "held" ? yes : "shows it";
  return { operationId, stage, ...(reason === undefined ? {} : { reason }), asking };
}

function said(thrown: unknown): string {
  return redact(messageOf(thrown)).text.slice(0, 300);
}
