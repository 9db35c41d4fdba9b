import { randomUUID } from "node:crypto";
import http from "node:http";
import path from "node:path";
import { startIssuer } from "../src/local/azure/issuer/start.ts";
import { startAzurite } from "../src/local/azurite.ts";
import { startWorker } from "../src/local/prove/worker-process.ts";
import { type Figure, quantile } from "./figures.ts";

const root = path.resolve(import.meta.dirname, "..");
const perSecond = 25;
const seconds = 20;
const [tenant, audience] = ["bench-tenant", "bench-audience"];

/**
 * Accepting alerts at 25 a second, an action group's own limit of 1,500 a minute: the built app in a process of its own,
 * Azurite and the issuer of the tokens in others. Each alert is another one, verified, stored and enqueued.
 */
export async function benchAlert(): Promise<Figure[]> {
  const storage = await startAzurite();
  const issuer = await startIssuer({ port: 0, tenant, audience });
  const worker = await startWorker({
    app: path.join(root, "dist/main.cjs"),
    root,
    github: "",
    storage: ["", "", ""],
    env: {
      AssayStorage: storage.connectionString,
      ASSAY_GITHUB_API_URL: "http://127.0.0.1:9",
      ASSAY_GITHUB_APP_ID: "1",
      ASSAY_GITHUB_PRIVATE_KEY: "none",
      ASSAY_GITHUB_WEBHOOK_SECRET: "bench",
      ASSAY_REPOSITORIES: "acme/bench",
      ASSAY_MODEL_URL: "http://127.0.0.1:9",
      ASSAY_MODEL_KEY: "none",
      ASSAY_TOKEN_TENANT: tenant,
      ASSAY_TOKEN_AUDIENCE: audience,
      ASSAY_TOKEN_ISSUER: issuer.issuer,
      ASSAY_MINUTE_SCHEDULE: "0 0 0 1 1 *",
      ASSAY_HOUR_SCHEDULE: "0 0 0 1 1 *",
    },
  });
  try {
    const agent = new http.Agent({ keepAlive: true, maxSockets: 64 });
    const token = await issuer.tokenFor("monitor");
    for (let warm = 0; warm < 50; warm++) await deliver(worker.url, token, agent);
    const times: number[] = [];
    const sent: Promise<void>[] = [];
    const started = performance.now();
    for (let n = 0; n < perSecond * seconds; n++) {
      const due = started + (n * 1000) / perSecond;
      const early = due - performance.now();
      if (early > 0) await new Promise((resolve) => setTimeout(resolve, early));
      // From the time it was due: a late sender must not make the answer look quick.
      sent.push(deliver(worker.url, token, agent).then(() => void times.push(performance.now() - due)));
    }
    await Promise.all(sent);
    agent.destroy();
    return [
      { figure: "alert accepted, median at 25 a second", value: quantile(times, 0.5), unit: "ms", limit: 25 },
      { figure: "alert accepted, p99 at 25 a second", value: quantile(times, 0.99), unit: "ms", limit: 1000 },
    ];
  } finally {
    await worker.kill();
    await issuer.stop();
    await storage.stop();
  }
}

function deliver(url: string, token: string, agent: http.Agent): Promise<void> {
  const body = JSON.stringify({
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
  const headers = {
    "content-type": "application/json",
    "content-length": String(Buffer.byteLength(body)),
    authorization: `Bearer ${token}`,
  };
  return new Promise((resolve, reject) => {
    const request = http.request(`${url}/api/alerts`, { method: "POST", agent, headers }, (response) => {
      response.resume();
      response.on("end", () =>
        response.statusCode === 202 ? resolve() : reject(new Error(`HTTP ${response.statusCode}`)),
      );
    });
    request.on("error", reject);
    request.end(body);
  });
}
