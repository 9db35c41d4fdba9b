import type { Override } from "../../routing/override.ts";

/** Something that a person made happen at once. A monthly table `audit…`. */
export interface AuditEntry {
  repositoryId: number;
  /** The same for the same act, however often it is told. */
  id: string;
  at: string;
  what: "override.set" | "override.ended";
  route: string;
  by: string;
  via: "api" | "comment";
  reason: string;
  override: Override;
}

export interface AuditTrail {
  /** Written before the act: what was meant is known, whatever becomes of it. */
  intend(entry: AuditEntry): Promise<void>;
  /** What became of it. */
  conclude(entry: AuditEntry, outcome: string): Promise<void>;
}
