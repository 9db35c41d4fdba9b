import { type AlertKind, healthKinds, measuringKinds, type NormalisedAlert } from "./normalised-alert.ts";

/** An alert that is older tells of a world that may be over: its retries end after 75 seconds [action-groups]. */
const maxAlertAgeMs = 10 * 60_000;
/** Clocks differ by seconds. */
const maxAheadMs = 5 * 60_000;

const measuring = new Set<AlertKind>(measuringKinds);
export const platformKinds = new Set<AlertKind>(healthKinds);

/** Why nothing follows from an alert whatever is served now; undefined where something may. */
export function whyNeverActedOn(alert: NormalisedAlert, now: Date): string | undefined {
  const { isTest, kind, condition, firedAt, custom, ruleName } = alert;
  if (isTest) return "a test payload, or a rule that is named like one (test-…)";
  if (kind === "unknown") return "no alert of a known kind: only the common alert schema of Azure Monitor acts";
  if (kind === "smart") return "smart detection tells values as sentences, which are evidence and no measure";
  if (!measuring.has(kind) && !platformKinds.has(kind)) return `alerts of the kind ${kind} tell of no release`;
  if (measuring.has(kind) && !custom.target && !custom.policy) {
    return `the rule ${ruleName ?? "(no name)"} is not known: its custom properties name no target and no policy`;
  }
  if (condition === "Resolved") return undefined;
  if (isNoTrouble(alert)) return `it tells of no trouble of the platform: ${Object.values(health(alert)).join(", ")}`;
  const ageMs = now.getTime() - Date.parse(firedAt);
  if (ageMs > maxAlertAgeMs) return `stale: fired ${Math.round(ageMs / 60_000)} minutes ago, at ${firedAt}`;
  if (-ageMs > maxAheadMs) return `fired at ${firedAt}, which is still to come: a clock is wrong`;
  return undefined;
}

/** What Resource Health and Service Health say of themselves, which lies among the properties [docs: resource health alert schema]. */
function health({ kind, custom }: NormalisedAlert): { status?: string; type?: string; stage?: string } {
  if (kind === "resourceHealth") return custom.currentHealthStatus ? { status: custom.currentHealthStatus } : {};
  if (kind !== "serviceHealth") return {};
  return {
    ...(custom.incidentType ? { type: custom.incidentType } : {}),
    ...(custom.stage ? { stage: custom.stage } : {}),
  };
}

/** Available again, an advisory, maintenance to come, or over. */
function isNoTrouble(alert: NormalisedAlert): boolean {
  const { status, type, stage } = health(alert);
  if (status !== undefined && /^available$/i.test(status)) return true;
  if (type !== undefined && !/^incident$/i.test(type)) return true;
  return stage !== undefined && /^(resolved|complete|canceled|rca)$/i.test(stage);
}
