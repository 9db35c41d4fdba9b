import type { WorkMessage } from "../deliveries/delivery.ts";
import { PermanentError } from "../errors.ts";
import { redact } from "../redaction/redact.ts";
import { throwIfNotThereYet } from "./not-there-yet.ts";
import { type Plan, planPath } from "./plan.ts";
import type { GatePorts, WorkPorts } from "./ports.ts";
import { closeGate, publishReport } from "./publish.ts";
import { unrunReport } from "./publish-unrun.ts";
import type { Gate } from "./schema.ts";

/** A delivery that failed again and again: GitHub may be asked to send it once more, and its gate must not hang. */
export async function giveUpDelivery(message: WorkMessage, ports: WorkPorts): Promise<void> {
  ports.log.error("work.given-up", { ...message });
  if (message.kind !== "delivery") return;
  const delivery = await ports.deliveries.start(message.repositoryId, message.deliveryId);
  await ports.deliveries.finish(message.repositoryId, message.deliveryId, "failed", "failed again and again");
  if (!delivery?.headSha) return;
  for (const { gateId } of await ports.store.active.list(message.repositoryId, "")) {
    const gate = (await ports.store.gates.get(message.repositoryId, gateId))?.value;
    if (gate?.stage === "planning" && gate.headSha === delivery.headSha) {
      await giveUpGate(gate, "the change could not be read", ports);
    }
  }
}

/** A failure that no repeat can mend ends the gate at once, with the reason, rather than when a queue has given up. */
export async function orGiveUp<T>(gate: Gate, work: () => Promise<T>, ports: GatePorts): Promise<T | undefined> {
  try {
    return await work();
  } catch (thrown) {
    if (!(thrown instanceof PermanentError)) throw thrown;
    throwIfNotThereYet(thrown, gate.createdAt, ports.clock);
    await giveUpGate(gate, redact(thrown.message).text, ports);
    return undefined;
  }
}

/**
 * Closes a gate that cannot go on: not evaluated, which is the infrastructure's failure and never the prompt's. Where
 * GitHub takes no answer either (the repository is gone, the app was uninstalled), nobody is left to tell.
 */
export async function giveUpGate(
  at: { repositoryId: number; gateId: string },
  why: string,
  ports: GatePorts,
): Promise<void> {
  const gate = (await ports.store.gates.get(at.repositoryId, at.gateId))?.value;
  if (!gate || gate.stage === "concluded" || gate.stage === "superseded") return;
  ports.log.error("gate.given-up", { gateId: gate.gateId, why });
  const plan = (await ports.store.plans.read(gate.repositoryId, planPath(gate.gateId))) ?? emptyPlan(gate.gateId);
  try {
    await publishReport(gate, plan, unrunReport(gate, plan, [why], ports.clock.now()), ports);
  } catch (thrown) {
    if (!(thrown instanceof PermanentError)) throw thrown;
    ports.log.error("gate.untold", { gateId: gate.gateId, reason: thrown.message });
    await closeGate(gate, ports, why);
  }
}

function emptyPlan(gateId: string): Plan {
  return {
    gateId,
    mode: "enforce",
    onInconclusive: "neutral",
    comments: "always",
    policyFrom: "default",
    blockingSegments: [],
    runs: [],
    comparisons: [],
    edits: [],
    overBudget: [],
    findings: [],
    diffs: [],
    routeDiffs: [],
    releases: [],
  };
}
