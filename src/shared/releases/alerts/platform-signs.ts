import { type Incident, incidentId } from "./incident.ts";
import type { NormalisedAlert } from "./normalised-alert.ts";
import { platformKinds } from "./why-never-acted-on.ts";

/** Alerts so close together may have one cause. */
export const platformWindowMs = 2 * 60_000;
/** A way back that suffered longer ago says nothing of now, whether or not its alert was resolved. */
const standbyMs = 60 * 60_000;
const mostFiring = 20;

/** What a sign is about: a target whose way back suffers, or a resource of the platform, which is no repository's. */
export type SignOf = Pick<Incident, "repositoryId" | "target">;

export function platformSignOf({ kind, targets }: NormalisedAlert): SignOf | undefined {
  return platformKinds.has(kind) ? { repositoryId: 0, target: targets[0] ?? kind } : undefined;
}

/** Signs have rows of their own beside incidents, so that one that comes first is known to the alert that comes after it. */
export function signId(of: SignOf): string {
  return incidentId({ ...of, release: "" });
}

export const isSign = ({ release }: Incident) => release === "";

/** The sign with this alert; nothing where it says so already. */
export function raiseSign(
  of: SignOf,
  { alertId, firedAt }: NormalisedAlert,
  incidents: readonly Incident[],
): Incident[] {
  const id = signId(of);
  const known = incidents.find((incident) => incident.id === id);
  const firing = known?.state === "open" ? known.firing : [];
  const at = known?.state === "open" && known.firedAt > firedAt ? known.firedAt : firedAt;
  if (known?.firedAt === at && (firing.includes(alertId) || firing.length >= mostFiring)) return [];
  const all = [...new Set([...firing, alertId])].slice(0, mostFiring);
  const { repositoryId, target } = of;
  const common = { id, repositoryId, target, release: "", episode: known?.episode ?? 0 };
  return [{ ...common, state: "open", cause: "platform", firedAt: at, firing: all }];
}

export interface Suspected {
  repositoryId: number;
  /** Aliases of its targets. */
  aliases: readonly string[];
  /** When the first alert on it fired; absent where no alert asks. */
  firedAt?: string | undefined;
  now: Date;
}

/** Why open signs take the blame off a release, in words; undefined where none does. */
export function signAgainst(open: readonly Incident[], { repositoryId, aliases, firedAt, now }: Suspected) {
  const apart = (sign: Incident, at: number) => Math.abs(Date.parse(sign.firedAt) - at);
  for (const sign of open.filter(isSign)) {
    if (sign.repositoryId === 0) {
      if (firedAt !== undefined && apart(sign, Date.parse(firedAt)) <= platformWindowMs)
        return `the platform's own health suffers too (${sign.target}, ${sign.firedAt})`;
    } else if (sign.repositoryId === repositoryId && aliases.includes(sign.target)) {
      if (apart(sign, now.getTime()) <= standbyMs)
        return `the way back of ${sign.target} suffers too (${sign.firedAt}): a rollback would not help`;
    }
  }
  return undefined;
}
