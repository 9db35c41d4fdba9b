import { hash } from "node:crypto";
import * as z from "zod";

/** What one target suffers under one release: the first alert opens it, others attach as evidence. */
export const Incident = z.object({
  id: z.string(),
  repositoryId: z.number(),
  target: z.string(),
  /** Empty where no release is meant: a sign that the platform, or a way back, suffers. */
  release: z.string(),
  state: z.enum(["open", "closed"]),
  /** `platform`: many targets, the way back or the platform itself suffer too, so no rollback would help. */
  cause: z.enum(["release", "platform"]),
  /** When the first of its alerts fired. */
  firedAt: z.string(),
  /** Alerts that attached, as far as they are listed. */
  firing: z.array(z.string()),
  /** Counts up where a closed incident opens again. */
  episode: z.number().int().nonnegative(),
  /** The one episode whose observation may act, stored before it is asked for. */
  actingEpisode: z.number().int().nonnegative().optional(),
  /** When this episode's observation was asked for; it is asked for again where this was not stored. */
  requestedAt: z.string().optional(),
});
export type Incident = z.infer<typeof Incident>;

/** One of a target and release, whatever alerts arrive. */
export function incidentId(of: { repositoryId: number; target: string; release: string }): string {
  return hash("sha256", JSON.stringify([of.repositoryId, of.target, of.release]));
}

/** An incident as it was read, for If-Match. */
export interface StoredIncident {
  value: Incident;
  version: unknown;
}

/** The table `incidents`. */
export interface IncidentStore {
  get(id: string): Promise<StoredIncident | undefined>;
  open(): Promise<StoredIncident[]>;
  /** All or nothing; false where one of them changed since it was read, or is there already. */
  write(changes: readonly { known: StoredIncident | undefined; next: Incident }[]): Promise<boolean>;
}

/**
 * Observe this release now. The same request may come again: its incident and episode tell. Whoever acts on it reads the
 * incident first, whose cause may have become the platform's.
 */
export interface ObserveRequest {
  incident: string;
  episode: number;
  repositoryId: number;
  target: string;
  release: string;
  /** When the first of the alerts fired. */
  firedAt: string;
  /** At most one request of a target and release may; the others observe, and propose to people. */
  mayAct: boolean;
}
