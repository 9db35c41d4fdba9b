import { readRepository } from "../../repository/read-repository.ts";
import { askRollback } from "../ask-rollback.ts";
import type { Cause } from "../operation.ts";
import { type PromotePorts, promoteRelease } from "./promote-release.ts";
import { tellDecision } from "./tell-decision.ts";
import { wasReplaced } from "./was-replaced.ts";

export interface Rerun {
  repositoryId: number;
  repository: string;
  commit: string;
  /** The check's own id: of the operation that it tells of, or would have told of. */
  operationId: string;
  /** Login of who pressed the button. */
  by?: string | undefined;
}

/**
 * The re-run button of the check: what it tells of is asked for again, by whoever pressed it. A rollback by the operation
 * that is there, a promotion as its commit has it, as long as the default branch still says so.
 */
export async function rerunRelease({ operationId, by, ...ref }: Rerun, ports: PromotePorts): Promise<void> {
  const { repositoryId, commit } = ref;
  const acceptedAt = ports.clock.now().toISOString();
  const cause: Cause = { kind: "person", ...(by ? { by } : {}), reason: "the check was run again", acceptedAt };
  const known = (await ports.releases.operation(repositoryId, operationId))?.operation;
  if (known?.kind === "rollback") {
    await askRollback({ repositoryId, releaseId: known.releaseId, cause, automatic: false }, ports);
    return;
  }
  const name = nameIn(operationId);
  const { reader } = await ports.open(ref);
  const { releases } = await readRepository(reader, commit, { cache: ports.blobCache(repositoryId) });
  const manifest = releases.find((own) => own.name === name);
  if (name === undefined || !manifest) return ports.log.warn("release.unknown-rerun", { operationId, commit });
  if (await wasReplaced(ref, manifest, ports)) {
    const reason = "The manifest was changed since on the default branch.";
    const refusals = [{ code: "replaced" as const, reason, mend: "Ask where it was changed." }];
    return tellDecision(ref, { name, commit, releaseId: operationId.replace(/^promote-/, ""), refusals }, ports);
  }
  await promoteRelease({ ...ref, name, cause, again: true }, ports);
}

/** `chat` of `promote-chat-0123456789ab-2`, and of `promote-chat`, which was given up before it was planned. */
export function nameIn(operationId: string): string | undefined {
  return /^promote-(.+?)(?:-[0-9a-f]{12}(?:-\d+)?)?$/.exec(operationId)?.[1];
}
