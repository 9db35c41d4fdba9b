import { PermanentError } from "../errors.ts";
import { supersededText } from "./check-text.ts";
import type { RepositoryRef } from "./code-host.ts";
import { update } from "./gate-store.ts";
import type { GatePorts } from "./ports.ts";
import type { Gate } from "./schema.ts";

/**
 * Ends a gate that nobody waits for. Its workers see it before their next call. The check of a head that moved is closed
 * as cancelled, which blocks nothing but that commit; the check of the same head is left to the gate that takes it over.
 */
export async function supersede(
  ref: RepositoryRef,
  gateId: string,
  why: string | undefined,
  ports: GatePorts,
): Promise<void> {
  const { gates } = ports.store;
  await update(gates, ref.repositoryId, gateId, (gate): Gate | undefined =>
    gate.stage === "concluded" || gate.stage === "superseded"
      ? undefined
      : { ...gate, stage: "superseded", ...(why ? { reason: why } : {}) },
  );
  const gate = await gates.get(ref.repositoryId, gateId);
  if (gate?.value.stage === "superseded") await closeSuperseded(gate.value, ports);
}

/** The effects of a superseded gate; the intent is stored already, so a repeat finds what is left to do. */
export async function closeSuperseded(gate: Gate, ports: GatePorts): Promise<void> {
  if (gate.checkRunId !== undefined && gate.reason) {
    await cancelCheck(gate, gate.checkRunId, gate.reason, ports);
  }
  await ports.store.active.remove(gate.repositoryId, gate.gateId);
}

async function cancelCheck(gate: Gate, checkRunId: number, why: string, ports: GatePorts): Promise<void> {
  try {
    const { checks } = await ports.open(gate);
    await checks.update(checkRunId, { status: "completed", conclusion: "cancelled", ...supersededText(why) });
  } catch (thrown) {
    if (!(thrown instanceof PermanentError)) throw thrown;
    // The repository or the check is gone: nobody is left to tell.
    ports.log.warn("gate.untold", { gateId: gate.gateId, reason: thrown.message });
  }
}
