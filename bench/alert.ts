import { randomUUID } from "node:crypto";
import { startIssuer } from "../src/local/azure/issuer/start.ts";
import { startAzurite } from "../src/local/azurite.ts";
import { acceptedAtRate } from "./accepted-at-rate.ts";
import type { Figure } from "./figures.ts";
import { startApp } from "./start-app.ts";

const [tenant, audience] = ["bench-tenant", "bench-audience"];

/**
 * Accepting alerts at 25 a second, an action group's own limit of 1,500 a minute: the built app in a process of its own,
 * Azurite and the issuer of the tokens in others. Each alert is another one, verified, stored and enqueued.
 */
export async function benchAlert(): Promise<Figure[]> {
  const storage = await startAzurite();
  const issuer = await startIssuer({ port: 0, tenant, audience });
  const worker = await startApp(storage, {
    ASSAY_TOKEN_TENANT: tenant,
    ASSAY_TOKEN_AUDIENCE: audience,
    ASSAY_TOKEN_ISSUER: issuer.issuer,
  });
  try {
    const token = await issuer.tokenFor("monitor");
    return await acceptedAtRate({
      what: "alert accepted",
      url: `${worker.url}/api/alerts`,
      perSecond: 25,
      seconds: 20,
      limitMs: 1000,
      message: () => ({ headers: { authorization: `Bearer ${token}` }, body: alertBody() }),
    });
  } finally {
    await worker.kill();
    await issuer.stop();
    await storage.stop();
  }
}

function alertBody(): string {
  return JSON.stringify({
    schemaId: "azureMonitorCommonAlertSchema",
    data: {
      essentials: {
        alertId: `/subscriptions/bench/providers/Microsoft.AlertsManagement/alerts/${randomUUID()}`,
        alertRule: "chat-availability",
        severity: "Sev1",
        signalType: "Metric",
        monitorCondition: "Fired",
        monitoringService: "Platform",
        alertTargetIDs: [
          "/subscriptions/bench/resourcegroups/rg/providers/microsoft.cognitiveservices/accounts/foundry",
        ],
        firedDateTime: new Date().toISOString(),
      },
      alertContext: {
        conditionType: "SingleResourceMultipleMetricCriteria",
        condition: {
          allOf: [
            {
              metricName: "ModelAvailabilityRate",
              operator: "LessThan",
              threshold: "97",
              dimensions: [{ name: "ModelDeploymentName", value: "chat--v42" }],
              metricValue: 81.4,
            },
          ],
        },
      },
      customProperties: { target: "chat", policy: "assay" },
    },
  });
}
