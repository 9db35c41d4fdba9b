import type { Operation } from "../operation.ts";
import type { StageStatus } from "./ports.ts";
import { standingOf } from "./severity.ts";

/** What a stage shows of each release that an operation touched. */
export interface StageReport {
  releaseId: string;
  status: StageStatus;
  /** Whether the release is entered where the stage does not know it yet. */
  enter: boolean;
}

/**
 * A rollback that changed nothing leaves everything as it is shown. GitHub itself turns older deployments inactive only outside
 * of production [docs: deployment statuses, auto_inactive], so that is said of each.
 */
export function stageReports(operation: Operation, before: readonly string[]): StageReport[] {
  const { kind, releaseId, destinations, destination } = operation;
  const own = (status: StageStatus): StageReport => ({ releaseId, status, enter: true });
  const standing = standingOf(operation);
  if (standing === "held") return [];
  if (kind === "promote") {
    if (standing === "promoted") {
      const replaced = before.filter((id) => id !== releaseId);
      return [
        own("success"),
        ...replaced.map((id): StageReport => ({ releaseId: id, status: "inactive", enter: false })),
      ];
    }
    return [own(standing === "unverified" ? "pending" : "failure")];
  }
  if (standing === "failed" || standing === "declined") return [];
  if (standing === "partiallyRolledBack") return [own("failure")];
  const back = [...new Set(Object.values(destinations[destination]?.releases ?? {}))];
  const status: StageStatus = standing === "rolledBack" ? "success" : "pending";
  return [own("inactive"), ...back.map((id) => ({ releaseId: id, status, enter: true }))];
}
