import type { Operation, Outcome } from "../operation.ts";

export const severities = ["info", "warning", "critical"] as const;
export type Severity = (typeof severities)[number];

export function isAtLeast(severity: Severity, least: Severity): boolean {
  return severities.indexOf(severity) >= severities.indexOf(least);
}

/** What an operation came to; one without an outcome waits for a person. */
export type Standing = Outcome | "held";

export function standingOf({ outcome }: Pick<Operation, "outcome">): Standing {
  return outcome ?? "held";
}

/** Critical: somebody has to do something now. */
export function severityOf(operation: Pick<Operation, "kind" | "outcome">): Severity {
  switch (standingOf(operation)) {
    case "promoted":
    case "declined":
      return "info";
    case "undone":
    case "rolledBack":
      return "warning";
    case "failed":
      return operation.kind === "promote" ? "warning" : "critical";
    default:
      return "critical";
  }
}
