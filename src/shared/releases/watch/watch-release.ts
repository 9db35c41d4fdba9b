import type { Clock } from "../../clock.ts";
import type { Log } from "../../log.ts";
import type { IncidentStore } from "../alerts/incident.ts";
import { signAgainst } from "../alerts/platform-signs.ts";
import { type AskPorts, askRollback } from "../ask-rollback.ts";
import type { Cause } from "../operation.ts";
import type { ReleaseState } from "../release-state.ts";
import { observeRelease, type WatchEvidence, type WatchReport } from "./observe-release.ts";
import { type ReadPorts, readTarget, watchedTargets } from "./read-windows.ts";

/** A release that is older is not to blame for what is seen. */
export const watchedMs = 24 * 3_600_000;
/** A watch of a whole day is over at a look after it. */
const lastLooksMs = 10 * 60_000;

export interface WatchPorts extends AskPorts, ReadPorts {
  incidents: Pick<IncidentStore, "get" | "open">;
  /** Keeps what was seen and what was made of it: it can be decided again from it. */
  keep(release: ReleaseState, report: WatchedRelease): Promise<void>;
  clock: Clock;
  log: Log;
}

export interface WatchRequest {
  repositoryId: number;
  releaseId: string;
  /** Of an alert; without one it is the minute's look. */
  incident?: string | undefined;
  episode?: number | undefined;
}

/** One look at all of a release's targets. */
export interface WatchedRelease {
  at: string;
  releaseId: string;
  incident?: string;
  targets: Record<string, WatchReport>;
  /** What followed, in words. */
  outcome: string;
}

/** Looks at a release once: takes it back, calls it verified, or keeps watching. Safe to repeat. */
export async function watchRelease(asked: WatchRequest, ports: WatchPorts): Promise<WatchedRelease | undefined> {
  const { releases, clock } = ports;
  const release = await releases.release(asked.repositoryId, asked.releaseId);
  const promotedAt = release?.promotedAt;
  if (!release || promotedAt === undefined || (release.status !== "watching" && release.status !== "verified"))
    return undefined;
  const age = clock.now().getTime() - Date.parse(promotedAt);
  if (age > watchedMs + lastLooksMs) return stopWatching(release, ports);
  const all = await releases.targets(asked.repositoryId);
  // What was replaced is nobody's to look at.
  if (!all.some(({ current }) => current === release.releaseId)) return undefined;
  const targets = await observeTargets(release, ports);
  const outcome = await followUp(release, Object.values(targets), asked, ports);
  const { releaseId } = release;
  const incident = asked.incident === undefined ? {} : { incident: asked.incident };
  const watched = { at: clock.now().toISOString(), releaseId, ...incident, targets, outcome };
  await ports.keep(release, watched);
  ports.log.info("release.watched", {
    releaseId,
    overall: Object.values(targets).map(({ overall }) => overall),
    outcome,
  });
  return watched;
}

/**
 * A prompt or a route of which no span tells is judged by what else the release has: not every application names its
 * documents on its spans.
 */
async function observeTargets(release: ReleaseState, ports: WatchPorts): Promise<Record<string, WatchReport>> {
  const read = await Promise.all(
    (await watchedTargets(release, ports)).map(async (target) => ({
      target,
      evidence: await readTarget(release, target, ports),
    })),
  );
  const told = read.filter(({ target, evidence }) => !target.document || isTold(evidence));
  const judged = told.length > 0 ? told : read;
  return Object.fromEntries(
    judged.map(({ target, evidence }) => [target.key, observeRelease(release.watch, evidence)]),
  );
}

function isTold({ windows, baseline, unread = [] }: WatchEvidence): boolean {
  return unread.length > 0 || [...windows, ...baseline].some(({ requests }) => requests !== undefined);
}

async function followUp(
  release: ReleaseState,
  reports: readonly WatchReport[],
  asked: WatchRequest,
  ports: WatchPorts,
): Promise<string> {
  const acting = reports.filter(({ act }) => act);
  const breached = acting.length > 0 ? acting : reports.filter(({ cause }) => cause === "platform");
  if (reports.some(({ overall }) => overall === "degraded" || overall === "critical")) {
    const breachedAt = ports.clock.now().toISOString();
    await ports.releases.changeRelease(release.repositoryId, release.releaseId, (row) => ({ ...row, breachedAt }));
  }
  if (breached.length > 0) {
    const outcome = await takeBack(release, breached, asked, ports);
    const breach = `${breached.flatMap(({ reasons }) => reasons).join("; ")}: ${outcome}`.slice(0, 2000);
    await ports.releases.changeRelease(release.repositoryId, release.releaseId, (row) =>
      row.breach === breach ? undefined : { ...row, breach },
    );
    return outcome;
  }
  if (release.status === "verified") return "it stays verified";
  return verify(release, reports, ports);
}

async function takeBack(
  release: ReleaseState,
  breached: readonly WatchReport[],
  asked: WatchRequest,
  ports: WatchPorts,
): Promise<string> {
  const suspicion = await suspicionOf(release, breached, asked, ports);
  if ("refused" in suspicion) return `not taken back: ${suspicion.refused}`;
  const { repositoryId, releaseId } = release;
  const cause = await causeOf(breached, asked, ports);
  const answered = await askRollback({ repositoryId, releaseId, cause, automatic: true, ...suspicion }, ports);
  if (answered.kind === "unknown") return "the release is gone";
  if (answered.kind === "record") return `not taken back: ${answered.reason}`;
  const { operationId, stage } = answered.operation;
  return stage === "held"
    ? `${operationId} waits for a person: ${answered.operation.reason}`
    : `${operationId} was asked for`;
}

/**
 * The incidents are read anew: what many targets, or the way back, suffer too is the platform's. No rollback mends that, and a
 * person is told.
 */
async function suspicionOf(
  { repositoryId, releaseId, pointers }: ReleaseState,
  breached: readonly WatchReport[],
  { incident, episode }: WatchRequest,
  { incidents, clock }: WatchPorts,
): Promise<{ refused: string } | { platform?: string }> {
  const open = (await incidents.open()).map(({ value }) => value);
  const known = incident === undefined ? undefined : (await incidents.get(incident))?.value;
  if (incident !== undefined && !known) return { refused: `the incident ${incident} is not known` };
  const own = open.filter((one) => one.repositoryId === repositoryId && one.release === releaseId);
  const many = [...own, ...(known ? [known] : [])].some(({ cause }) => cause === "platform");
  const aliases = Object.keys(pointers).map((key) => key.slice(key.indexOf(":") + 1));
  const sign = signAgainst(open, { repositoryId, aliases, firedAt: known?.firedAt, now: clock.now() });
  const beside = breached.every(({ cause }) => cause === "platform") ? "the arm beside it is worse too" : undefined;
  const why = sign ?? beside ?? (many ? "what else is served suffers too" : undefined);
  if (why !== undefined) return { platform: `the platform is the cause, and no release is blamed: ${why}` };
  if (known && known.actingEpisode !== episode) return { refused: "another alert of the incident has asked already" };
  return {};
}

async function causeOf(breached: readonly WatchReport[], asked: WatchRequest, ports: WatchPorts): Promise<Cause> {
  const seen = breached
    .flatMap(({ rules }) => rules.flatMap(({ windows }) => windows.filter(({ verdict }) => verdict === "breach")))
    .map(({ to }) => to)
    .sort();
  const incident = asked.incident === undefined ? undefined : (await ports.incidents.get(asked.incident))?.value;
  return {
    kind: incident ? "alert" : "watch",
    reason: breached
      .flatMap(({ reasons }) => reasons)
      .join("; ")
      .slice(0, 1000),
    ...(breached.some(hasArmBeside) ? { perArm: true } : {}),
    ...(seen[0] === undefined ? {} : { seenAt: seen[0] }),
    ...(incident ? { firedAt: incident.firedAt } : {}),
    acceptedAt: ports.clock.now().toISOString(),
  };
}

function hasArmBeside({ rules }: WatchReport): boolean {
  return rules.some(({ rule, breached }) => breached && rule.against === "concurrentArm");
}

/** Its time is over, nothing was breached for as long, and there is evidence of health: a rollback may lead here. */
async function verify(release: ReleaseState, reports: readonly WatchReport[], ports: WatchPorts): Promise<string> {
  const { repositoryId, releaseId, promotedAt = "", breachedAt = "", watch } = release;
  const now = ports.clock.now();
  const since = new Date(now.getTime() - watch.minutes * 60_000).toISOString();
  if (promotedAt > since)
    return `watched until ${new Date(Date.parse(promotedAt) + watch.minutes * 60_000).toISOString()}`;
  if (breachedAt > since) return `a breach was seen at ${breachedAt}: it is watched for ${watch.minutes} minutes more`;
  const unproven = reports.filter(({ overall }) => overall !== "healthy");
  if (reports.length === 0) return `no evidence of health: ${nothingToldOf}`;
  if (unproven.length > 0) return `no evidence of health: ${unproven.flatMap(({ reasons }) => reasons).join("; ")}`;
  const open = (await ports.incidents.open()).some(
    ({ value }) => value.release === releaseId && value.repositoryId === repositoryId,
  );
  if (open) return "an alert of it is not resolved";
  const verifiedAt = now.toISOString();
  const changed = await ports.releases.changeRelease(repositoryId, releaseId, (row) =>
    row.status === "watching" ? { ...row, status: "verified", verifiedAt } : undefined,
  );
  return changed ? "verified" : "it changed meanwhile";
}

const nothingToldOf = "none of its targets has an arm that telemetry tells of";

/** After a day nobody looks any more, and its row says that it was never shown to be healthy. */
async function stopWatching(release: ReleaseState, ports: WatchPorts): Promise<undefined> {
  if (release.status !== "watching" || release.reason !== undefined) return undefined;
  const reason = "watched for 24 hours without evidence of health; a person has to say that it may be gone back to";
  await ports.releases.changeRelease(release.repositoryId, release.releaseId, (row) =>
    row.status === "watching" ? { ...row, reason } : undefined,
  );
  ports.log.warn("release.unproven", { releaseId: release.releaseId, reason });
  return undefined;
}
