import type { Operation } from "../operation.ts";

/** ISO times; absent where nobody knows. */
export interface Moments {
  /** t0: the anomaly was seen. */
  seen?: string;
  /** t1: the alert fired. */
  fired?: string;
  /** t2: the operation was accepted. */
  accepted?: string;
  /** t3: calls have shown what is served now. */
  verified?: string;
}

const proven = new Set(["promoted", "rolledBack", "undone"]);

export function momentsOf({ cause, timeline, outcome, createdAt }: Operation): Moments {
  const settled = timeline.find(({ what }) => what === outcome || what.startsWith(`${outcome}: `));
  return {
    ...(cause.seenAt === undefined ? {} : { seen: cause.seenAt }),
    ...(cause.firedAt === undefined ? {} : { fired: cause.firedAt }),
    accepted: cause.acceptedAt ?? createdAt,
    ...(settled && outcome !== undefined && proven.has(outcome) ? { verified: settled.at } : {}),
  };
}

/** "4.2 s" from one moment to another; "not known" where either is missing. */
export function between(from: string | undefined, to: string | undefined): string {
  if (from === undefined || to === undefined) return "not known";
  const seconds = (Date.parse(to) - Date.parse(from)) / 1000;
  return Number.isFinite(seconds) ? `${seconds.toFixed(1)} s` : "not known";
}
