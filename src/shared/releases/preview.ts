import type { Operation } from "./operation.ts";
import { pinnedSessions } from "./pinned-sessions.ts";
import { targetKey } from "./release-state.ts";
import { type OpenTargets, samePointer } from "./target-port.ts";

/** What a person wants to know before the click: from where to where, whether it can serve, and what stays as it is. */
export async function preview(operation: Operation, openTargets: OpenTargets): Promise<Record<string, unknown>> {
  const [destination] = operation.destinations;
  const open = await openTargets({ id: operation.repositoryId, fullName: operation.repository });
  const steps = await Promise.all(
    operation.steps.map(async ({ target, from }) => {
      const port = open[target.kind];
      const to = destination?.pointers[targetKey(target)];
      const serves = await port.read(target);
      // What is changed in place has one deployment for both: a call would be answered by what is to be taken back.
      const probe = to && to.kind !== "inPlace" ? await port.probe(target, to) : undefined;
      const changedByHand = !samePointer(serves, from);
      return { target: targetKey(target), serves, to, probe, ...(changedByHand ? { changedByHand } : {}) };
    }),
  );
  const notUndone = ["data that was written meanwhile", "the index that retrieval reads", "code of the application"];
  const sessions = pinnedSessions(operation);
  const to = destination?.releaseId ?? "no release before it was verified: it would be held";
  return {
    dryRun: true,
    from: operation.releaseId,
    to,
    steps,
    notUndone: [...notUndone, ...(sessions ? [sessions] : [])],
  };
}
