import type { Clock } from "../clock.ts";
import type { Log } from "../log.ts";

/** One attempt to deliver, as GitHub keeps it for three days. */
export interface Attempt {
  id: number;
  /** The same for every attempt of one delivery. */
  deliveryId: string;
  deliveredAt: Date;
  succeeded: boolean;
}

/** GitHub's own list of what it sent. It never sends again by itself. */
export interface SentDeliveries {
  /** Attempts since a time, newest first. */
  since(time: Date): AsyncIterable<Attempt>;
  redeliver(attemptId: number): Promise<void>;
}

/** Redeliverable for three days [docs: redelivering webhooks]. */
const windowMs = 3 * 24 * 3600_000;

/** Asks GitHub to send again what no attempt brought here. Returns how many were asked for. */
export async function redeliverMissed(sent: SentDeliveries, clock: Clock, log: Log): Promise<number> {
  const arrived = new Set<string>();
  const failed = new Map<string, number>();
  for await (const attempt of sent.since(new Date(clock.now().getTime() - windowMs))) {
    if (attempt.succeeded) arrived.add(attempt.deliveryId);
    else if (!failed.has(attempt.deliveryId)) failed.set(attempt.deliveryId, attempt.id);
  }
  const missed = [...failed].filter(([deliveryId]) => !arrived.has(deliveryId));
  for (const [deliveryId, attemptId] of missed) {
    log.warn("delivery.missed", { deliveryId });
    await sent.redeliver(attemptId);
  }
  return missed.length;
}
