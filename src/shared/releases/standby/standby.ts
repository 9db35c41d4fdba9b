import * as z from "zod";

/** What is known of a release's way back while what it replaced is kept hot; part of its row. */
export const Standby = z.object({
  lookedAt: z.string(),
  /** The release that a rollback would lead to now. */
  wayBack: z.string().optional(),
  /** What speaks against those before it, or against all. */
  problems: z.array(z.string()),
  /** Since when nobody can tell. */
  unknownSince: z.string().optional(),
  /** Since when there is no way back. */
  lostSince: z.string().optional(),
  /** The `lostSince` that people were told of. */
  told: z.string().optional(),
  /** Somebody tells them now; another does once this is over. */
  tellingUntil: z.string().optional(),
  /** The most that was asked of each target, by its key, as its capacity is counted. */
  peaks: z.record(z.string(), z.number()).default({}),
});
export type Standby = z.infer<typeof Standby>;

/** A release that a rollback may lead to, as it was found. */
export interface Candidate {
  releaseId: string;
  ready: "yes" | "no" | "unknown";
  reasons: string[];
}

export interface StandbyLook {
  /** The best first. */
  candidates: readonly Candidate[];
  /** Why there is none, where there should be. */
  lost?: string;
  peaks: Record<string, number>;
}

/** Looks without evidence after which people are told: one may fail by itself. */
const looksInDoubt = 3;

/** What one look makes of it. Lost is lost until a call shows otherwise; no evidence is neither, until it lasts. */
export function nextStandby(known: Standby | undefined, look: StandbyLook, now: Date, everyMs: number): Standby {
  const lookedAt = now.toISOString();
  const peaks = { ...known?.peaks, ...look.peaks };
  const told = toldOf(known);
  const { candidates } = look;
  const good = candidates.findIndex(({ ready }) => ready === "yes");
  const against = (good < 0 ? candidates : candidates.slice(0, good)).map(
    ({ releaseId, reasons }) => `${releaseId}: ${reasons.join("; ")}`,
  );
  const problems = [...(look.lost === undefined ? [] : [look.lost]), ...against];
  const wayBack = candidates[good]?.releaseId;
  if (wayBack !== undefined) return { lookedAt, wayBack, problems, peaks, ...told };
  if (problems.length === 0) return { lookedAt, problems, peaks, ...told };
  const inDoubt = candidates.some(({ ready }) => ready === "unknown");
  const unknownSince = inDoubt ? (known?.unknownSince ?? lookedAt) : undefined;
  const doubtMs = unknownSince === undefined ? Number.POSITIVE_INFINITY : now.getTime() - Date.parse(unknownSince);
  const isLost = known?.lostSince !== undefined || doubtMs >= (looksInDoubt - 1) * everyMs;
  return {
    ...{ lookedAt, problems, peaks, ...told },
    ...(unknownSince === undefined ? {} : { unknownSince }),
    ...(isLost ? { lostSince: known?.lostSince ?? lookedAt } : {}),
  };
}

/** Nobody needs it any more: it was replaced, taken back, or its time is over. */
export function endedStandby(known: Standby, now: Date): Standby {
  return { lookedAt: now.toISOString(), problems: [], peaks: known.peaks, ...toldOf(known) };
}

function toldOf(known: Standby | undefined): Pick<Standby, "told" | "tellingUntil"> {
  const { told, tellingUntil } = known ?? {};
  return { ...(told === undefined ? {} : { told }), ...(tellingUntil === undefined ? {} : { tellingUntil }) };
}

/** What people have not heard of yet. */
export function untold({ lostSince, told }: Standby): "lost" | "found" | undefined {
  if (lostSince === told) return undefined;
  return lostSince === undefined ? "found" : "lost";
}
