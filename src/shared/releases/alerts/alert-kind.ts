import type { AlertContext } from "./alert-payload.ts";
import type { AlertKind } from "./normalised-alert.ts";

/** `conditionType` of what the monitoring service "Platform" sends. */
const platformKinds: Record<string, AlertKind> = {
  singleresourcemultiplemetriccriteria: "metric",
  multipleresourcemultiplemetriccriteria: "metric",
  dynamicthresholdcriteria: "metricDynamic",
  webtestlocationavailabilitycriteria: "availability",
};

/** `monitoringService`, or `monitorService` of the list, without spaces and dashes: the two spell some differently. */
const serviceKinds: [RegExp, AlertKind][] = [
  [/^logalertsv2$/, "log"],
  [/^(loganalytics|applicationinsights)$/, "logV1"],
  [/^smartdetector$/, "smart"],
  [/^activitylog/, "activity"],
  [/^resourcehealth$/, "resourceHealth"],
  [/^servicehealth$/, "serviceHealth"],
  [/^costalerts?$/, "budget"],
  [/^prometheus$/, "prometheus"],
];

/** What kind of alert it is, by who sent it and what it measured. */
export function alertKind(service: string | undefined, context: AlertContext | undefined): AlertKind {
  const sender = (service ?? "").replace(/[\s-]/g, "").toLowerCase();
  if (context?.AlertCategory === "budgets") return "budget";
  if (context?.event) return "simpleLog";
  if (sender === "platform") {
    const kind = platformKinds[(context?.conditionType ?? "").toLowerCase()] ?? "unknown";
    const isDynamic = context?.condition?.allOf?.some(({ alertSensitivity }) => alertSensitivity !== undefined);
    return kind === "metric" && isDynamic ? "metricDynamic" : kind;
  }
  return serviceKinds.find(([pattern]) => pattern.test(sender))?.[1] ?? "unknown";
}
