import type { Clock } from "../clock.ts";
import { redact } from "../redaction/redact.ts";
import type { AuditTrail } from "./audit.ts";
import type { Quarantine } from "./release-state.ts";
import type { ReleaseStore } from "./release-store.ts";

export interface LiftPorts {
  releases: Pick<ReleaseStore, "quarantined" | "liftQuarantine">;
  audit: AuditTrail;
  clock: Clock;
}

export interface LiftRequest {
  /** The same for the same request, however often it is delivered. */
  id: string;
  repositoryId: number;
  /** Which content: by its digest, or enough of its first digits; by the release that brought it; or both. */
  digest?: string | undefined;
  releaseId?: string | undefined;
  by: string;
  via: "api" | "comment";
  reason: string;
}

export type Lifted = { kind: "lifted"; contents: Quarantine[] } | { kind: "refused"; reason: string };

/** Fewer digits could be anybody's. */
export const leastDigits = 12;

/**
 * Lets content ship again that a rollback put in quarantine: on record before it is done. What is rolled back once more is in
 * quarantine once more.
 */
export async function liftQuarantine(request: LiftRequest, { releases, audit, clock }: LiftPorts): Promise<Lifted> {
  const { id, repositoryId, by, via, digest, releaseId } = request;
  const held = await releases.quarantined(repositoryId);
  const meant = held.filter(
    (one) =>
      (digest === undefined || one.digest.startsWith(digest)) &&
      (releaseId === undefined || one.releaseId === releaseId),
  );
  if (meant.length === 0) return { kind: "refused", reason: nothingMeant(request, held) };
  if (digest !== undefined && meant.length > 1)
    return { kind: "refused", reason: `${digest} begins several: ${meant.map((one) => one.digest).join(", ")}` };
  const reason = redact(request.reason).text;
  const at = clock.now().toISOString();
  const contents: Quarantine[] = [];
  for (const one of meant) {
    const what = "quarantine.lifted" as const;
    const own = { ...{ digest: one.digest, releaseId: one.releaseId }, ...{ repositoryId, at, by, via, reason, what } };
    const entry = { ...own, id: `${id}-${one.digest.slice(0, leastDigits)}` };
    await audit.intend(entry);
    const lifted = await releases.liftQuarantine(repositoryId, one.digest, { at, by, reason });
    await audit.conclude(entry, lifted ? "done" : "somebody else was first");
    if (lifted) contents.push(lifted);
  }
  return { kind: "lifted", contents };
}

function nothingMeant({ digest, releaseId }: LiftRequest, held: readonly Quarantine[]): string {
  const what = digest ?? `what ${releaseId} brought`;
  const known = held.slice(0, 5).map((one) => `${one.digest.slice(0, leastDigits)} (${one.releaseId})`);
  return `${what} is not in quarantine; there: ${known.join(", ") || "nothing"}`;
}
