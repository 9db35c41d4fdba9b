import type { WorkPorts } from "./ports.ts";
import { servedRepositories } from "./reconcile.ts";

/** Enqueues what is due: deliveries that nobody finished, and a look at every gate that is not closed. */
export async function everyMinute(ports: WorkPorts): Promise<void> {
  const before = new Date(ports.clock.now().getTime() - ports.times.overdueMs);
  for (const { repositoryId } of await servedRepositories(ports)) {
    for (const { deliveryId } of await ports.deliveries.overdue(repositoryId, before)) {
      ports.log.warn("delivery.taken-up", { repositoryId, deliveryId });
      await ports.queues.work({ kind: "delivery", repositoryId, deliveryId });
    }
    for (const { gateId } of await ports.store.active.list(repositoryId, "")) {
      await ports.queues.work({ kind: "sweepGate", repositoryId, gateId });
    }
  }
}

/** Enqueues the repair of what webhooks missed. */
export async function everyHour(ports: WorkPorts): Promise<void> {
  await ports.queues.work({ kind: "redeliver" });
  for (const { repositoryId } of await servedRepositories(ports)) {
    await ports.queues.work({ kind: "reconcile", repositoryId });
  }
}
