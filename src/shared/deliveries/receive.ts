import { createHash } from "node:crypto";
import type { Clock } from "../clock.ts";
import { InvalidInputError, messageOf } from "../errors.ts";
import type { Log } from "../log.ts";
import type { Queues } from "./delivery.ts";
import type { DeliveryStore } from "./delivery-store.ts";
import { parseDelivery } from "./parse-delivery.ts";

/** GitHub sends no body above 25 MB [docs: webhook events and payloads]. */
export const maxBodyBytes = 25 * 1024 * 1024;

/** It becomes a row's key, which takes no slashes [docs: Table service data model]. */
const deliveryIdShape = /^[\w.:-]{1,200}$/;

export interface WebhookRequest {
  header(name: string): string | null;
  body: Uint8Array;
}

export interface WebhookAnswer {
  status: number;
  body: { error: string } | { deliveryId: string; outcome: string };
}

export interface ReceivePorts {
  verify(body: string, signature: string): Promise<boolean>;
  deliveries: DeliveryStore;
  queues: Queues;
  /** owner/name of the repositories on the allow-list. */
  repositories: readonly string[];
  clock: Clock;
  log: Log;
}

/**
 * Answers one webhook: verified over the raw bytes, claimed, enqueued, marked, 202. Nothing else happens here: GitHub
 * gives ten seconds, cold start included, and never tries again by itself.
 */
export async function receiveWebhook(request: WebhookRequest, ports: ReceivePorts): Promise<WebhookAnswer> {
  const refused = refuse(request);
  if (refused) return refused;
  const body = Buffer.from(request.body).toString("utf8");
  if (!(await ports.verify(body, request.header("x-hub-signature-256") ?? ""))) {
    return fail(
      401,
      "the signature does not match: X-Hub-Signature-256 must be the HMAC-SHA256 of the raw body with the webhook secret",
    );
  }
  const deliveryId = request.header("x-github-delivery") ?? "";
  try {
    const delivery = parseDelivery({
      deliveryId,
      event: request.header("x-github-event") ?? "",
      body,
      receivedAt: ports.clock.now().toISOString(),
    });
    if (delivery.repository && !isServed(delivery.repository, ports.repositories)) {
      ports.log.info("delivery.repository-not-served", { deliveryId, repository: delivery.repository });
      return accepted(deliveryId, "ignored: the repository is not in ASSAY_REPOSITORIES");
    }
    const bodyDigest = createHash("sha256").update(`${delivery.event}\n`).update(request.body).digest("hex");
    const claim = await ports.deliveries.claim(delivery, bodyDigest);
    if (claim === "duplicate") return accepted(deliveryId, "duplicate");
    if (!delivery.wanted) {
      await ports.deliveries.finish(delivery.repositoryId, deliveryId, "ignored");
      return accepted(deliveryId, "recorded: nothing to do for this event");
    }
    await ports.queues.work({ kind: "delivery", repositoryId: delivery.repositoryId, deliveryId });
    await ports.deliveries.markEnqueued(delivery);
    return accepted(deliveryId, "enqueued");
  } catch (thrown) {
    if (thrown instanceof InvalidInputError) return fail(400, messageOf(thrown));
    throw thrown;
  }
}

function refuse(request: WebhookRequest): WebhookAnswer | undefined {
  for (const name of ["x-github-event", "x-github-delivery", "x-hub-signature-256"]) {
    if (!request.header(name)) return fail(400, `the header ${name} is missing: is this GitHub's webhook?`);
  }
  if (!deliveryIdShape.test(request.header("x-github-delivery") ?? "")) {
    return fail(400, "the header x-github-delivery is no delivery id: GitHub sends a GUID");
  }
  const type = request.header("content-type") ?? "";
  if (!/^application\/json\s*(?:;|$)/i.test(type)) {
    return fail(415, `content type ${type || "(none)"}: set the webhook's content type to application/json`);
  }
  if (request.body.byteLength > maxBodyBytes) {
    return fail(413, `${request.body.byteLength} bytes: GitHub sends at most ${maxBodyBytes}`);
  }
  return undefined;
}

/** GitHub's names are case-insensitive. */
export function isServed(repository: string, repositories: readonly string[]): boolean {
  return repositories.some((name) => name.toLowerCase() === repository.toLowerCase());
}

function fail(status: number, error: string): WebhookAnswer {
  return { status, body: { error } };
}

function accepted(deliveryId: string, outcome: string): WebhookAnswer {
  return { status: 202, body: { deliveryId, outcome } };
}
