import type { AlertEnd } from "./alert-store.ts";
import { findTarget, type ServedTarget } from "./find-target.ts";
import { type Incident, incidentId, type ObserveRequest } from "./incident.ts";
import type { NormalisedAlert } from "./normalised-alert.ts";
import { isSign, platformSignOf, platformWindowMs, raiseSign } from "./platform-signs.ts";
import { whyNeverActedOn } from "./why-never-acted-on.ts";

/** So many targets that suffer at once are the platform's. */
const platformTargets = 3;
/** Some alerts never resolve [common-schema, stateless]: an alert so much later than the first is looked at again. */
const episodeMs = 3600_000;
/** More alerts of one incident are counted by their own rows: a storm must not make the row grow, nor writers wait for it. */
const mostFiring = 20;

export interface Correlation extends AlertEnd {
  /** Incidents that are new or changed. */
  changed: Incident[];
  observe?: ObserveRequest;
}

export interface World {
  served: readonly ServedTarget[];
  /** Those that are open, and the one of the alert's target and release. */
  incidents: readonly Incident[];
  /** Whether the alert's resolution is known already. */
  isResolved: boolean;
  now: Date;
}

/** What follows from an alert. Order is by the times that alerts tell, so no order of arrival changes who is observed. */
export function correlate(alert: NormalisedAlert, { served, incidents, isResolved, now }: World): Correlation {
  const recorded = (reason: string): Correlation => ({ outcome: "recorded", reason, changed: [] });
  const never = whyNeverActedOn(alert, now);
  if (never) return recorded(never);
  if (alert.condition === "Resolved") return resolve(alert, incidents);
  if (isResolved) return recorded("resolved already: its resolution came before it");
  const open = incidents.filter(({ state }) => state === "open");
  const sign = platformSignOf(alert);
  if (sign) {
    const blamed = blamePlatform(open.filter((incident) => isNear(incident, alert)));
    const changed = [...blamed, ...raiseSign(sign, alert, incidents)];
    return { ...recorded(`the platform's own health (${alert.kind}): no release is blamed`), changed };
  }
  const found = findTarget(alert, served);
  if ("reason" in found) return recorded(found.reason);
  const { repositoryId, target, release, promotedAt } = found.served;
  if (alert.firedAt < promotedAt) {
    return recorded(`fired at ${alert.firedAt}, before the release that serves ${target} now (${promotedAt})`);
  }
  const id = incidentId({ repositoryId, target, release });
  const known = incidents.find((incident) => incident.id === id);
  if (found.arm === "standby") {
    const changed = [
      ...(known ? blamePlatform([known]) : []),
      ...raiseSign({ repositoryId, target }, alert, incidents),
    ];
    return { ...recorded(`the way back of ${target} suffers too: a rollback would not help`), changed };
  }
  const incident = known ? attach(known, alert) : openIncident(id, found.served, alert);
  const others = open.filter((other) => other.id !== id && !isSign(other) && isNear(other, alert));
  const suffering = new Set([incident, ...others].map((one) => `${one.repositoryId}|${one.target}`));
  const blamed = suffering.size >= platformTargets ? blamePlatform([incident, ...others]) : [];
  const next = claimAction(blamed.find((one) => one.id === id) ?? incident);
  const changed = [...(next === known ? [] : [next]), ...blamed.filter((one) => one.id !== id)];
  return {
    outcome: known?.state === "open" ? "attached" : "opened",
    incident: id,
    ...(next.cause === "platform" ? { reason: "many targets suffer at once: the platform is the cause" } : {}),
    changed,
    ...(isDue(next) ? { observe: requestOf(next) } : {}),
  };
}

const isDue = ({ cause, requestedAt }: Incident) => cause === "release" && requestedAt === undefined;

/** The right to act goes to the first episode that is observed, and is stored before anybody is asked. */
function claimAction(incident: Incident): Incident {
  if (!isDue(incident) || incident.actingEpisode !== undefined) return incident;
  return { ...incident, actingEpisode: incident.episode };
}

function requestOf(incident: Incident): ObserveRequest {
  const { id, episode, repositoryId, target, release, firedAt, actingEpisode } = incident;
  return { incident: id, episode, repositoryId, target, release, firedAt, mayAct: actingEpisode === episode };
}

/** A resolution only closes. */
function resolve({ alertId }: NormalisedAlert, incidents: readonly Incident[]): Correlation {
  const known = incidents.find(({ state, firing }) => state === "open" && firing.includes(alertId));
  if (!known) return { outcome: "recorded", reason: "resolved, and no open incident has it", changed: [] };
  const firing = known.firing.filter((other) => other !== alertId);
  const next: Incident = { ...known, firing, state: firing.length === 0 ? "closed" : "open" };
  return { outcome: "resolved", incident: known.id, changed: [next] };
}

function openIncident(id: string, served: ServedTarget, { alertId, firedAt }: NormalisedAlert): Incident {
  const { repositoryId, target, release } = served;
  return { id, repositoryId, target, release, state: "open", cause: "release", episode: 0, firedAt, firing: [alertId] };
}

/** The same object where nothing changes, so that nothing is written. */
function attach(known: Incident, { alertId, firedAt }: NormalisedAlert): Incident {
  if (known.state === "closed" || Date.parse(firedAt) - Date.parse(known.firedAt) > episodeMs) {
    const { requestedAt: _before, ...rest } = known;
    return { ...rest, state: "open", cause: "release", episode: known.episode + 1, firedAt, firing: [alertId] };
  }
  if (known.firing.includes(alertId) || known.firing.length >= mostFiring) return known;
  const first = firedAt < known.firedAt ? firedAt : known.firedAt;
  return { ...known, firing: [...known.firing, alertId], firedAt: first };
}

function isNear(incident: Incident, { firedAt }: NormalisedAlert): boolean {
  return Math.abs(Date.parse(incident.firedAt) - Date.parse(firedAt)) <= platformWindowMs;
}

function blamePlatform(incidents: readonly Incident[]): Incident[] {
  return incidents
    .filter(({ cause }) => cause !== "platform")
    .map((incident): Incident => ({ ...incident, cause: "platform" }));
}
