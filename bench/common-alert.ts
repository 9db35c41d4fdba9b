/** An alert of a metric in the common alert schema, as an action group sends it. */
export function commonAlert(of: {
  id: string;
  condition: "Fired" | "Resolved";
  firedAt: Date;
  /** What its rule names. */
  target: string;
}): string {
  const { id, condition, firedAt, target } = of;
  return JSON.stringify({
    schemaId: "azureMonitorCommonAlertSchema",
    data: {
      essentials: {
        alertId: `/subscriptions/bench/providers/Microsoft.AlertsManagement/alerts/${id}`,
        alertRule: `${target}-availability`,
        severity: "Sev1",
        signalType: "Metric",
        monitorCondition: condition,
        monitoringService: "Platform",
        alertTargetIDs: [
          "/subscriptions/bench/resourcegroups/rg/providers/microsoft.cognitiveservices/accounts/foundry",
        ],
        firedDateTime: firedAt.toISOString(),
        ...(condition === "Resolved" ? { resolvedDateTime: new Date().toISOString() } : {}),
      },
      alertContext: {
        conditionType: "SingleResourceMultipleMetricCriteria",
        condition: {
          allOf: [
            {
              metricName: "ModelAvailabilityRate",
              operator: "LessThan",
              threshold: "97",
              dimensions: [],
              metricValue: 81.4,
            },
          ],
        },
      },
      customProperties: { target, policy: "assay" },
    },
  });
}
