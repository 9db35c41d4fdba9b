import { randomUUID } from "node:crypto";
import { startIssuer } from "../src/local/azure/issuer/start.ts";
import { startAzurite } from "../src/local/azurite.ts";
import { acceptedAtRate } from "./accepted-at-rate.ts";
import { commonAlert } from "./common-alert.ts";
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
      message: () => ({ headers: { authorization: `Bearer ${token}` }, body: anotherAlert() }),
    });
  } finally {
    await worker.kill();
    await issuer.stop();
    await storage.stop();
  }
}

function anotherAlert(): string {
  return commonAlert({ id: randomUUID(), condition: "Fired", firedAt: new Date(), target: "chat" });
}
