import type { AlertRule } from "./story-faults.ts";

export interface FiredAlert {
  rule: AlertRule;
  deployment: string;
  value: number;
  /** Of the minute that was evaluated; ISO. */
  from: string;
  to: string;
  firedAt: string;
  condition: "Fired" | "Resolved";
}

const subscription = "a55a0000-0000-4000-8000-000000000003";
const account = `/subscriptions/${subscription}/resourcegroups/local/providers/microsoft.cognitiveservices/accounts/assay-local`;

/** What an action group posts with the common alert schema; that it is simulated stands in its description. */
export function alertPayload({ rule, deployment, value, from, to, firedAt, condition }: FiredAlert): object {
  const properties = { owner: "ada", target: "chat", env: "prod", action: "rollback" };
  const rulePath = `/subscriptions/${subscription}/resourceGroups/local/providers/microsoft.insights/metricAlerts/${rule.name}`;
  return {
    schemaId: "azureMonitorCommonAlertSchema",
    data: {
      essentials: {
        alertId: `/subscriptions/${subscription}/providers/Microsoft.AlertsManagement/alerts/${rule.name}-${Date.parse(from)}`,
        alertRule: rule.name,
        severity: "Sev1",
        signalType: "Metric",
        monitorCondition: condition,
        monitoringService: "Platform",
        alertTargetIDs: [account],
        configurationItems: ["assay-local"],
        originAlertId: `${subscription}_local_microsoft.insights_metricAlerts_${rule.name}`,
        firedDateTime: firedAt,
        ...(condition === "Resolved" ? { resolvedDateTime: to } : {}),
        description: `Simulated: ${rule.metric} of ${deployment} above ${rule.threshold}`,
        essentialsVersion: "1.0",
        alertContextVersion: "1.0",
        alertRuleId: rulePath,
      },
      alertContext: {
        properties,
        conditionType: "SingleResourceMultipleMetricCriteria",
        condition: {
          windowSize: "PT1M",
          allOf: [
            {
              metricName: rule.metric,
              metricNamespace: "Microsoft.CognitiveServices/accounts",
              operator: "GreaterThan",
              threshold: `${rule.threshold}`,
              timeAggregation: "Average",
              dimensions: [{ name: "ModelDeploymentName", value: deployment }],
              metricValue: value,
              webTestName: null,
            },
          ],
          windowStartTime: from,
          windowEndTime: to,
        },
      },
      customProperties: properties,
    },
  };
}
