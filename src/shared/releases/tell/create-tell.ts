import { messageOf, PermanentError, RetryAfterError } from "../../errors.ts";
import type { Operation, TellPart } from "../operation.ts";
import type { OperationPorts } from "../perform-operation.ts";
import type { ReleaseState } from "../release-state.ts";
import type { TellPorts } from "./ports.ts";
import { tellCheck } from "./tell-check.ts";
import { tellDeployment } from "./tell-deployment.ts";
import { tellIssue } from "./tell-issue.ts";
import { tellNotification } from "./tell-notification.ts";
import { tellRevert } from "./tell-revert.ts";

export type Tell = NonNullable<OperationPorts["tell"]>;

/** A refusal may end when somebody grants a permission; it is not asked about every second. */
const refusedMs = 30_000;

/** Tells people of an operation that is over, one part at a time. Each is safe to repeat. */
export function createTell(ports: TellPorts): Tell {
  return async (part, operation) => {
    const { operationId, repositoryId, releaseId } = operation;
    try {
      const release = await ports.releases.release(repositoryId, releaseId);
      if (!release) throw new PermanentError(`There is no release ${releaseId} to tell of.`);
      return await tellPart(part, operation, release, ports);
    } catch (thrown) {
      if (!(thrown instanceof PermanentError)) throw thrown;
      ports.log.error("tell.refused", { operationId, part, why: messageOf(thrown) });
      throw new RetryAfterError(messageOf(thrown), refusedMs, { cause: thrown });
    }
  };
}

async function tellPart(
  part: TellPart,
  operation: Operation,
  release: ReleaseState,
  ports: TellPorts,
): Promise<{ link?: string }> {
  if (part === "notification") return tellNotification(operation, release, ports);
  const { repositoryId, repository } = operation;
  const host = await ports.open({ repositoryId, repository });
  switch (part) {
    case "check":
      return tellCheck(operation, release, host);
    case "issue":
      return tellIssue(operation, release, host);
    case "revert":
      return tellRevert(operation, release, host, ports);
    case "deployment":
      return tellDeployment(operation, release, host, ports);
  }
}
