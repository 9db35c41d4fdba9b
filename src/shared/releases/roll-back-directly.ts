import { type Answered, type Asked, type AskPorts, askRollback } from "./ask-rollback.ts";
import type { Stage } from "./operation.ts";
import { type OperationPorts, performOperation } from "./perform-operation.ts";

export interface DirectPorts extends AskPorts, Omit<OperationPorts, "tell" | "smoke"> {}

/** As far as a laptop goes: people are told by the app, once it is back. */
const asFar: readonly Stage[] = ["telling", "held", "closed"];

/**
 * Asks for a rollback and carries it out at once, on the app's own rows: the same operation, fenced by the same versions. An
 * app that has it is waited for; one that comes back finds it done, or goes on where this ended.
 */
export async function rollBackDirectly(asked: Asked, ports: DirectPorts): Promise<Answered> {
  const answered = await askRollback(asked, ports);
  if (answered.kind !== "operation") return answered;
  let { operation } = answered;
  while (!asFar.includes(operation.stage)) {
    await performOperation(operation, ports);
    const stored = await ports.releases.operation(operation.repositoryId, operation.operationId);
    if (!stored) break;
    ({ operation } = stored);
  }
  return { ...answered, operation };
}
