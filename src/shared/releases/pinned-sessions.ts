import type { Operation } from "./operation.ts";

/** What a selector does not reach; undefined where there is nothing of the kind. */
export function pinnedSessions({ steps }: Pick<Operation, "steps">): string | undefined {
  const agents = steps.flatMap(({ target }) => (target.kind === "agent" && !target.stopSessions ? [target.alias] : []));
  if (agents.length === 0) return undefined;
  return `sessions of ${agents.join(", ")} that are pinned to a version stay on it until they end; stop those that may not`;
}
