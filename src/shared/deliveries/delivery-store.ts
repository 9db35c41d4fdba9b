import type { Delivery, DeliveryOutcome } from "./delivery.ts";

/** `fresh`: nobody had it; `taken`: an earlier claim died before it was enqueued, or failed; `duplicate`: leave it. */
export type Claim = "fresh" | "taken" | "duplicate";

/** A repository that has been heard from, so that timers know whom to look after. */
export interface KnownRepository {
  repositoryId: number;
  /** owner/name */
  repository: string;
}

/** The table `deliveries`: first writer wins, by delivery id and by body. */
export interface DeliveryStore {
  /** Claims a delivery; `bodyDigest` catches the same body under two ids (a repository's hook beside the App's). */
  claim(delivery: Delivery, bodyDigest: string): Promise<Claim>;
  markEnqueued(delivery: Delivery): Promise<void>;
  /** The delivery, its heartbeat renewed; undefined where it is done or unknown. */
  start(repositoryId: number, deliveryId: string): Promise<Delivery | undefined>;
  finish(repositoryId: number, deliveryId: string, outcome: DeliveryOutcome, reason?: string): Promise<void>;
  /** Deliveries of a repository that nobody has touched since `before` and that are not finished. */
  overdue(repositoryId: number, before: Date): Promise<Delivery[]>;
}
