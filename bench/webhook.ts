import { createHmac, generateKeyPairSync, randomUUID } from "node:crypto";
import { startAzurite } from "../src/local/azurite.ts";
import { acceptedAtRate } from "./accepted-at-rate.ts";
import type { Figure } from "./figures.ts";
import { startApp, webhookSecret } from "./start-app.ts";

/** Acknowledging webhooks at 100 a second: the built app in a process of its own, Azurite in another. */
export async function benchWebhook(): Promise<Figure[]> {
  const storage = await startAzurite();
  const { privateKey } = generateKeyPairSync("rsa", {
    modulusLength: 2048,
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
    publicKeyEncoding: { type: "spki", format: "pem" },
  });
  const worker = await startApp(storage, { ASSAY_GITHUB_PRIVATE_KEY: privateKey });
  try {
    return await acceptedAtRate({
      what: "webhook acknowledged",
      url: `${worker.url}/api/github/webhook`,
      perSecond: 100,
      seconds: 10,
      limitMs: 100,
      message: commentDelivery,
    });
  } finally {
    await worker.kill();
    await storage.stop();
  }
}

function commentDelivery(): { headers: Record<string, string>; body: string } {
  const body = JSON.stringify({
    action: "created",
    nonce: randomUUID(),
    issue: { number: 1, pull_request: {} },
    comment: { id: 1 },
    repository: { id: 1, full_name: "acme/bench", default_branch: "main" },
    sender: { login: "ada", type: "User" },
  });
  const headers = {
    "x-github-event": "issue_comment",
    "x-github-delivery": randomUUID(),
    "x-hub-signature-256": `sha256=${createHmac("sha256", webhookSecret).update(body).digest("hex")}`,
  };
  return { headers, body };
}
