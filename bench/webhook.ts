import { createHmac, generateKeyPairSync, randomUUID } from "node:crypto";
import http from "node:http";
import path from "node:path";
import { startAzurite } from "../src/local/azurite.ts";
import { startWorker } from "../src/local/prove/worker-process.ts";
import { type Figure, quantile } from "./figures.ts";

const root = path.resolve(import.meta.dirname, "..");
const secret = "bench";
const perSecond = 100;
const seconds = 10;

/** Acknowledging webhooks at 100 a second: the built app in a process of its own, Azurite in another. */
export async function benchWebhook(): Promise<Figure[]> {
  const storage = await startAzurite();
  const { privateKey } = generateKeyPairSync("rsa", {
    modulusLength: 2048,
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
    publicKeyEncoding: { type: "spki", format: "pem" },
  });
  const worker = await startWorker({
    app: path.join(root, "dist/main.cjs"),
    root,
    github: "",
    storage: ["", "", ""],
    env: {
      AssayStorage: storage.connectionString,
      // Nobody answers there: what is enqueued fails outside of what is measured, as slowly as it likes.
      ASSAY_GITHUB_API_URL: "http://127.0.0.1:9",
      ASSAY_GITHUB_APP_ID: "1",
      ASSAY_GITHUB_PRIVATE_KEY: privateKey,
      ASSAY_GITHUB_WEBHOOK_SECRET: secret,
      ASSAY_REPOSITORIES: "acme/bench",
      ASSAY_MODEL_URL: "http://127.0.0.1:9",
      ASSAY_MODEL_KEY: "none",
      ASSAY_MINUTE_SCHEDULE: "0 0 0 1 1 *",
      ASSAY_HOUR_SCHEDULE: "0 0 0 1 1 *",
    },
  });
  try {
    const agent = new http.Agent({ keepAlive: true, maxSockets: 64 });
    for (let warm = 0; warm < 50; warm++) await deliver(worker.url, agent);
    const times: number[] = [];
    const sent: Promise<void>[] = [];
    const started = performance.now();
    for (let n = 0; n < perSecond * seconds; n++) {
      const due = started + (n * 1000) / perSecond;
      const early = due - performance.now();
      if (early > 0) await new Promise((resolve) => setTimeout(resolve, early));
      // From the time it was due: a late sender must not make the answer look quick.
      sent.push(deliver(worker.url, agent).then(() => void times.push(performance.now() - due)));
    }
    await Promise.all(sent);
    agent.destroy();
    return [
      { figure: "webhook acknowledged, median at 100 a second", value: quantile(times, 0.5), unit: "ms", limit: 25 },
      { figure: "webhook acknowledged, p99 at 100 a second", value: quantile(times, 0.99), unit: "ms", limit: 100 },
    ];
  } finally {
    await worker.kill();
    await storage.stop();
  }
}

function deliver(url: string, agent: http.Agent): Promise<void> {
  const body = JSON.stringify({
    action: "created",
    nonce: randomUUID(),
    issue: { number: 1, pull_request: {} },
    comment: { id: 1 },
    repository: { id: 1, full_name: "acme/bench", default_branch: "main" },
    sender: { login: "ada", type: "User" },
  });
  const headers = {
    "content-type": "application/json",
    "content-length": String(Buffer.byteLength(body)),
    "x-github-event": "issue_comment",
    "x-github-delivery": randomUUID(),
    "x-hub-signature-256": `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`,
  };
  return new Promise((resolve, reject) => {
    const request = http.request(`${url}/api/github/webhook`, { method: "POST", agent, headers }, (response) => {
      response.resume();
      response.on("end", () =>
        response.statusCode === 202 ? resolve() : reject(new Error(`HTTP ${response.statusCode}`)),
      );
    });
    request.on("error", reject);
    request.end(body);
  });
}
