import type { Override } from "../routing/override.ts";

interface Acted {
  repositoryId: number;
  /** The same for the same act, however often it is told. */
  id: string;
  at: string;
  by: string;
  reason: string;
}

export interface OverrideEntry extends Acted {
  what: "override.set" | "override.ended";
  via: "api" | "comment";
  route: string;
  override: Override;
}

export interface QuarantineEntry extends Acted {
  what: "quarantine.lifted";
  via: "api" | "comment";
  /** Of the content. */
  digest: string;
  /** That it was rolled back with. */
  releaseId: string;
}

/** By the reaper: nothing needed it any more. */
export interface DeletedEntry extends Acted {
  what: "deployment.deleted";
  /** The account's resource id. */
  account: string;
  deployment: string;
  releaseId: string;
}

/** Something that a person made happen at once, or that cannot be undone. A monthly table `audit…`. */
export type AuditEntry = OverrideEntry | QuarantineEntry | DeletedEntry;

export interface AuditTrail {
  /** Written before the act: what was meant is known, whatever becomes of it. */
  intend(entry: AuditEntry): Promise<void>;
  /** What became of it. */
  conclude(entry: AuditEntry, outcome: string): Promise<void>;
}
