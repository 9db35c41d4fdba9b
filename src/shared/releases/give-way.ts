import { settle } from "./enter-stage.ts";
import type { Operation } from "./operation.ts";
import type { OperationPorts } from "./perform-operation.ts";
import { settlementOf } from "./settlement.ts";

type Ports = Pick<OperationPorts, "releases" | "stageTimes" | "clock" | "log">;

/**
 * Takes the targets from a promotion that makes or tries something, and has flipped nothing: what is wrong with what serves
 * goes back before anything new comes. Its worker loses its next write; its row says why, and whoever finds it tells people.
 */
export async function giveWay({ repositoryId, operationId }: Operation, by: string, ports: Ports): Promise<void> {
  const stored = await ports.releases.operation(repositoryId, by);
  if (!stored || !mayGiveWay(stored.operation)) return;
  const { leaseUntil: _, ...operation } = stored.operation;
  const at = { now: ports.clock.now(), times: ports.stageTimes };
  const ended = settle(operation, "failed", `it gave way to ${operationId}`, at).operation;
  if (!(await ports.releases.write(stored, ended))) return;
  ports.log.info("operation.gave-way", { operationId: by, repositoryId, to: operationId });
  await ports.releases.settle(ended, (known) => settlementOf(ended, known, at.now));
}

function mayGiveWay({ kind, stage, steps }: Operation): boolean {
  const isBefore = stage === "preparing" || stage === "smoking" || stage === "held";
  return kind === "promote" && isBefore && steps.every(({ state }) => state === "waiting");
}
