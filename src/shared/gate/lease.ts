import { update } from "./gate-store.ts";
import { withHeartbeat } from "./heartbeat.ts";
import type { GatePorts } from "./ports.ts";
import type { Gate } from "./schema.ts";

/**
 * Does a gate's work alone: the lease is in its row and is renewed while the work goes on, so that a worker that died is
 * known by its silence. Undefined where another holds it, or where `may` says that there is nothing to do.
 */
export async function withLease<T>(
  repositoryId: number,
  gateId: string,
  may: (gate: Gate) => boolean,
  work: (gate: Gate) => Promise<T>,
  ports: GatePorts,
): Promise<T | undefined> {
  const { clock, store, times } = ports;
  const until = () => new Date(clock.now().getTime() + times.overdueMs).toISOString();
  const take = () =>
    update(store.gates, repositoryId, gateId, (gate) => {
      const held = gate.leaseUntil !== undefined && gate.leaseUntil > clock.now().toISOString();
      return held || !may(gate) ? undefined : { ...gate, leaseUntil: until() };
    });
  const gate = await take();
  if (!gate) return undefined;
  const renew = async () => {
    await update(store.gates, repositoryId, gateId, (held) => ({ ...held, leaseUntil: until() }));
  };
  try {
    return await withHeartbeat(renew, () => work(gate), ports);
  } finally {
    await update(store.gates, repositoryId, gateId, ({ leaseUntil: _, ...rest }) => rest);
  }
}
