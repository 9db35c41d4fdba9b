import { digestOf } from "../../repository/digest.ts";
import { alertKind } from "./alert-kind.ts";
import { type AlertContext, CommonPayload, ListedAlert } from "./alert-payload.ts";
import type { NormalisedAlert } from "./normalised-alert.ts";

export interface Received {
  source: NormalisedAlert["source"];
  receivedAt: string;
  /** Where the payload lies. */
  raw: string;
}

/** Beyond these a payload is no alert rule's; a row's column takes 32 K characters [docs: Table service data model]. */
const most = { targets: 20, id: 600, names: 40, name: 100, value: 256, measures: 20 };

/** The facts of an alert, as far as the payload has them. Never throws: what is no known alert is `unknown`. */
export function normaliseAlert(payload: unknown, received: Received): NormalisedAlert {
  const common = CommonPayload.safeParse(payload);
  if (common.success && common.data.schemaId.toLowerCase() === "azuremonitorcommonalertschema") {
    return normalise("common", common.data.data, payload, received);
  }
  const listed = ListedAlert.safeParse(payload);
  if (listed.success) return normalise("alertsMgmt", listed.data.data, payload, received);
  // A schema before the common one, a fragment, or anything else.
  return normalise("legacy", { essentials: {} }, payload, received);
}

type Facts = Partial<typeof CommonPayload._output.data> & Pick<typeof CommonPayload._output.data, "essentials">;

function normalise(
  schema: NormalisedAlert["schema"],
  { essentials, alertContext, customProperties }: Facts,
  payload: unknown,
  { source, receivedAt, raw }: Received,
): NormalisedAlert {
  const firedAt = timeOf(essentials.firedDateTime);
  const condition = /^(fired|resolved)$/i.exec(essentials.monitorCondition ?? "")?.[1]?.toLowerCase();
  const isWhole = firedAt !== undefined && condition !== undefined;
  const ruleName = clean(essentials.alertRule ?? alertContext?.AlertData?.BudgetName, most.value);
  const targets = idsOf([...(essentials.alertTargetIDs ?? []), ...(essentials.configurationItems ?? [])]);
  const windowStart = timeOf(alertContext?.condition?.windowStartTime ?? alertContext?.SearchIntervalStartTimeUtc);
  const windowEnd = timeOf(alertContext?.condition?.windowEndTime ?? alertContext?.SearchIntervalEndtimeUtc);
  const named = clean(essentials.alertId, most.id)?.toLowerCase();
  const alertId = named || digestOf(isWhole ? [ruleName ?? "", targets.join(","), firedAt].join("|") : payload);
  return {
    source,
    schema,
    isTest: isTest(ruleName, alertId, alertContext),
    alertId,
    ...given("originAlertId", clean(essentials.originAlertId, most.id)),
    ...given("ruleName", ruleName),
    ...given("ruleId", clean(essentials.alertRuleId, most.id)?.toLowerCase()),
    kind: isWhole ? alertKind(essentials.monitoringService, alertContext) : "unknown",
    condition: condition === "resolved" ? "Resolved" : "Fired",
    severity: severityOf(essentials.severity),
    firedAt: firedAt ?? receivedAt,
    ...given("resolvedAt", timeOf(essentials.resolvedDateTime)),
    ...given("windowStart", windowStart),
    ...given("windowEnd", windowEnd),
    targets,
    dims: dimensionsOf(alertContext),
    measures: measuresOf(alertContext),
    custom: textsOf(Object.entries({ ...alertContext?.properties, ...customProperties })),
    raw,
  };
}

/** The portal's test payloads say so in one of three ways [action-groups]; a rule of one's own must not be named so. */
function isTest(ruleName: string | undefined, alertId: string, context: AlertContext | undefined): boolean {
  const synthetic = String(context?.properties?.IsSynthetic ?? "").toLowerCase() === "true";
  return synthetic || /^\s*test-/i.test(ruleName ?? "") || alertId.endsWith("/test_alert");
}

function dimensionsOf(context: AlertContext | undefined): Record<string, string> {
  const criteria = (context?.condition?.allOf ?? []).flatMap(({ dimensions }) => dimensions ?? []);
  const pairs = [...criteria, ...(context?.Dimensions ?? [])].flatMap((item): [string, unknown][] =>
    typeof item === "object" && item !== null && "name" in item && "value" in item && typeof item.name === "string"
      ? [[item.name, item.value]]
      : [],
  );
  const told = new Map<string, Set<unknown>>();
  for (const [name, value] of pairs) told.set(name, (told.get(name) ?? new Set()).add(value));
  return textsOf(pairs.filter(([name]) => told.get(name)?.size === 1));
}

function measuresOf(context: AlertContext | undefined): NormalisedAlert["measures"] {
  if (!context) return [];
  const { AlertData: budget, SearchQuery, ResultCount, Threshold, Operator } = context;
  const criteria = (context.condition?.allOf ?? []).slice(0, most.measures).map((criterion) => ({
    name: criterion.metricName ?? criterion.metricMeasureColumn ?? "",
    value: criterion.metricValue ?? null,
    threshold: amountOf(criterion.threshold),
    operator: criterion.operator ?? "",
  }));
  if (budget) {
    const { BudgetName: name = "", SpentAmount: spent, NotificationThresholdAmount: threshold } = budget;
    criteria.push({ name, value: amountOf(spent), threshold: amountOf(threshold), operator: "GreaterThan" });
  }
  if (SearchQuery !== undefined && ResultCount !== undefined) {
    const threshold = amountOf(Threshold);
    criteria.push({ name: "ResultCount", value: ResultCount, threshold, operator: Operator ?? "" });
  }
  return criteria.map((measure) => ({
    ...measure,
    name: clean(measure.name, most.name) ?? "",
    operator: clean(measure.operator, most.name) ?? "",
  }));
}

/** A number, whatever currency and grouping are written around it. */
function amountOf(value: string | number | undefined): number | null {
  const digits = typeof value === "string" ? value.replace(/[^\d.-]/g, "") : value;
  const amount = digits === undefined || digits === "" ? Number.NaN : Number(digits);
  return Number.isFinite(amount) ? amount : null;
}

function severityOf(severity: string | undefined): NormalisedAlert["severity"] {
  const digit = /^sev([0-4])$/i.exec(severity ?? "")?.[1];
  return digit === undefined ? null : Number(digit);
}

/** Only resources: configuration items may be plain names. */
function idsOf(items: readonly unknown[]): string[] {
  const ids = items.flatMap((item) => (typeof item === "string" && item.startsWith("/") ? [item] : []));
  return [...new Set(ids.map((id) => clean(id, most.id)?.toLowerCase() ?? ""))].filter(Boolean).slice(0, most.targets);
}

function textsOf(pairs: [string, unknown][]): Record<string, string> {
  const texts = pairs.flatMap(([name, value]): [string, string][] => {
    if (typeof value !== "string" && typeof value !== "number" && typeof value !== "boolean") return [];
    return [[clean(name, most.name) ?? "", clean(String(value), most.value) ?? ""]];
  });
  return Object.fromEntries(texts.filter(([name]) => name !== "" && name !== "__proto__").slice(0, most.names));
}

/** Dates come with seven digits of a second; all are kept as ISO in UTC, so that they compare as text. */
function timeOf(value: string = ""): string | undefined {
  // Log alerts of the first version name no zone, and mean UTC [common-schema]; a machine would read its own.
  const isZoned = /(?:z|[+-]\d\d:?\d\d|utc|gmt)\s*$/i.test(value);
  const time = Date.parse(isZoned ? value : `${value}${/\dT\d/.test(value) ? "Z" : " UTC"}`);
  return Number.isNaN(time) ? undefined : new Date(time).toISOString();
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
const controls = /[\u0000-\u001f\u007f]/g;

function clean(value: string | undefined, length: number): string | undefined {
  return value?.slice(0, length).replace(controls, " ").toWellFormed();
}

function given<K extends string, T>(name: K, value: T | undefined): { [P in K]?: T } {
  return (value === undefined ? {} : { [name]: value }) as { [P in K]?: T };
}
