import type { Operation } from "../operation.ts";
import type { ReleaseState } from "../release-state.ts";
import { type Standing, standingOf } from "./severity.ts";
import { named } from "./targets-text.ts";

/** What whoever is woken asks first: what is served now, and what there is to do. */
export function servedNow(operation: Operation, { stage }: Pick<ReleaseState, "stage">): string {
  const { kind, releaseId, destinations, destination, automatic } = operation;
  const [own, aim] = [named(releaseId), named(destinations[destination]?.releaseId ?? "nothing")];
  const yes = `\`/rollback ${releaseId}${automatic ? "" : " --approve"}\``;
  const rollback: Record<Standing, string> = {
    promoted: "",
    undone: "",
    rolledBack: `\`${stage}\` serves ${aim} again, and calls have shown it.`,
    unverified: `\`${stage}\` was pointed to ${aim}, and no call has shown that it answers: try it yourself.`,
    partiallyRolledBack: `Some of \`${stage}\` serves ${aim} again and some does not: the table below says which.`,
    failed: `Nothing was changed: \`${stage}\` still serves ${own}. To take it back: \`/rollback ${releaseId}\`.`,
    declined: `Nothing was changed: \`${stage}\` still serves ${own}.`,
    held: `\`${stage}\` still serves ${own}, or a part of it. To go on: ${yes}, until ${operation.deadline}.`,
  };
  const promotion: Record<Standing, string> = {
    ...rollback,
    promoted: `\`${stage}\` serves ${own}, and calls have shown it.`,
    undone: `\`${stage}\` serves what it served before.`,
    partiallyRolledBack: `Some of \`${stage}\` serves what it served before and some does not: the table below says which.`,
    failed: `Nothing was changed: \`${stage}\` serves what it served before.`,
  };
  return (kind === "promote" ? promotion : rollback)[standingOf(operation)];
}
