import type { Operation } from "../operation.ts";
import { plain } from "./plain-text.ts";
import { type Standing, standingOf } from "./severity.ts";

/** "Rolled back support-0123456789ab: errors rose …": plain text. */
export function headline(operation: Operation, maxChars = 200): string {
  return plain(`${whatOf(operation)}: ${whyOf(operation)}`, maxChars);
}

function whatOf(operation: Operation): string {
  const { kind, releaseId } = operation;
  const promote = kind === "promote";
  const words: Record<Standing, string> = {
    promoted: `Promoted ${releaseId}`,
    undone: `Undid the promotion of ${releaseId}`,
    rolledBack: `Rolled back ${releaseId}`,
    partiallyRolledBack: promote
      ? `Undid the promotion of ${releaseId} in part, a person is needed`
      : `Rolled back ${releaseId} in part, a person is needed`,
    unverified: promote
      ? `Promoted ${releaseId}, and no call has shown it`
      : `Rolled back ${releaseId}, and no call has shown it`,
    failed: promote ? `Could not promote ${releaseId}` : `Could not roll back ${releaseId}`,
    declined: `Left ${releaseId} as it is`,
    held: promote
      ? `The promotion of ${releaseId} waits for a person`
      : `The rollback of ${releaseId} waits for a person`,
  };
  return words[standingOf(operation)];
}

/** A rollback that went well is explained by what caused it; anything else by what stood in its way. */
export function whyOf(operation: Operation): string {
  const standing = standingOf(operation);
  const well = standing === "promoted" || standing === "rolledBack";
  return (well ? undefined : operation.reason) ?? operation.cause.reason;
}
