import { createHmac, randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { FaultPlan } from "./faults.ts";

export interface DeliveryAttempt {
  id: number;
  guid: string;
  deliveredAt: string;
  redelivery: boolean;
  duration: number;
  status: string;
  statusCode: number;
  event: string;
  action: string | null;
  repositoryId: number | null;
  body: string;
}

export interface WebhookSender {
  send(event: string, payload: object): void;
  redeliver(attemptId: number): Promise<boolean>;
  attempts(): readonly DeliveryAttempt[];
  /** Resolves when nothing is on its way. */
  settled(): Promise<void>;
}

/** GitHub waits this long for an answer [docs: webhook best practices]. */
const answerMs = 10_000;

/** Signs and sends deliveries, keeps every attempt, and never tries again by itself. */
export function createWebhookSender(options: {
  url: () => string | undefined;
  secret: string;
  appId: number;
  faults: FaultPlan;
  nextId: () => number;
  now: () => Date;
}): WebhookSender {
  const attempts: DeliveryAttempt[] = [];
  const underWay = new Set<Promise<unknown>>();
  let held: (() => void) | undefined;

  async function deliver(guid: string, event: string, body: string, redelivery: boolean): Promise<void> {
    const url = options.url();
    const started = performance.now();
    let statusCode = 0;
    if (url) {
      try {
        const response = await fetch(url, {
          method: "POST",
          body,
          headers: headersOf(guid, event, body),
          signal: AbortSignal.timeout(answerMs),
        });
        await response.arrayBuffer();
        statusCode = response.status;
      } catch {
        // No answer: status 0, as GitHub shows "failed to connect" or "timed out".
      }
    }
    record(guid, event, body, redelivery, statusCode, performance.now() - started);
  }

  function headersOf(guid: string, event: string, body: string): Record<string, string> {
    return {
      "content-type": "application/json",
      "user-agent": "GitHub-Hookshot/assay-stand-in",
      "x-github-event": event,
      "x-github-delivery": guid,
      "x-github-hook-id": "1",
      "x-github-hook-installation-target-id": String(options.appId),
      "x-github-hook-installation-target-type": "integration",
      "x-hub-signature-256": `sha256=${createHmac("sha256", options.secret).update(body).digest("hex")}`,
    };
  }

  function record(
    guid: string,
    event: string,
    body: string,
    redelivery: boolean,
    statusCode: number,
    ms: number,
  ): void {
    const { action = null, repository }: { action?: string | null; repository?: { id: number } } = JSON.parse(body);
    attempts.push({
      id: options.nextId(),
      guid,
      event,
      body,
      redelivery,
      statusCode,
      action,
      deliveredAt: options.now().toISOString(),
      duration: Math.round(ms) / 1000,
      status:
        statusCode >= 200 && statusCode < 300
          ? "OK"
          : statusCode === 0
            ? "failed to connect to host"
            : `Invalid HTTP Response: ${statusCode}`,
      repositoryId: repository?.id ?? null,
    });
  }

  function track(work: Promise<unknown>): void {
    const tracked = work.finally(() => underWay.delete(tracked));
    underWay.add(tracked);
  }

  return {
    send(event, payload) {
      const body = JSON.stringify(payload);
      const guid = randomUUID();
      const fault = options.faults.takeHook(event);
      const go = () => track(deliver(guid, event, body, false));
      if (fault?.kind === "drop") return record(guid, event, body, false, 0, 0);
      if (fault?.kind === "delay") return track(sleep(fault.ms).then(() => deliver(guid, event, body, false)));
      if (fault?.kind === "duplicate") {
        for (let copy = 0; copy < fault.copies; copy++)
          track(deliver(fault.newIds && copy > 0 ? randomUUID() : guid, event, body, false));
        return;
      }
      if (fault?.kind === "reorder") {
        // Goes out behind the next delivery, or after a while where none comes.
        const once = go;
        const timer = setTimeout(() => held?.(), fault.ms);
        held = () => {
          clearTimeout(timer);
          held = undefined;
          once();
        };
        return;
      }
      go();
      held?.();
    },
    async redeliver(attemptId) {
      const attempt = attempts.find(({ id }) => id === attemptId);
      if (!attempt) return false;
      track(deliver(attempt.guid, attempt.event, attempt.body, true));
      return true;
    },
    attempts: () => attempts,
    async settled() {
      while (underWay.size > 0) await Promise.allSettled(underWay);
    },
  };
}
