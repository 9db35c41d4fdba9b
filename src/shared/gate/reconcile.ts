import { isServed } from "../deliveries/receive.ts";
import { PermanentError } from "../errors.ts";
import type { PullRequest, RepositoryRef } from "./code-host.ts";
import { considerBaseline, considerPull } from "./consider.ts";
import { pullKey } from "./gate-store.ts";
import type { WorkPorts } from "./ports.ts";

/** Looks at a repository as it is: what a lost webhook would have said is seen on the open pull requests themselves. */
export async function reconcile(repositoryId: number, ports: WorkPorts): Promise<void> {
  for (const ref of await servedRepositories(ports)) {
    if (ref.repositoryId !== repositoryId) continue;
    const { pulls } = await ports.open(ref);
    for (const pull of await pulls.listOpen()) {
      try {
        if (!(await isAnswered(pull, ref, ports))) await considerPull(ref, pull.number, { kind: "seen" }, ports);
      } catch (thrown) {
        if (!(thrown instanceof PermanentError)) throw thrown;
        // One that cannot be looked at keeps the others from nothing.
        ports.log.error("pull.refused", { ...ref, number: pull.number, reason: thrown.message });
      }
    }
    await considerBaseline(ref, await pulls.tip(await pulls.defaultBranch()), ports);
  }
}

/** Whether a gate already answers for this head, past its planning: a hundred quiet pull requests cost one call, not 200. */
async function isAnswered(pull: PullRequest, { repositoryId }: RepositoryRef, { store }: WorkPorts): Promise<boolean> {
  const known = (await store.pulls.get(repositoryId, pullKey(pull.number)))?.value;
  if (!known?.open || known.headSha !== pull.headSha || known.baseRef !== pull.baseRef) return false;
  const gate = (await store.gates.get(repositoryId, known.gateId))?.value;
  return gate !== undefined && gate.stage !== "planning";
}

/** The repositories of the allow-list in which the app is installed. */
export async function servedRepositories(ports: WorkPorts): Promise<RepositoryRef[]> {
  const found: RepositoryRef[] = [];
  for (const name of ports.repositories) {
    const ref = await ports.find(name);
    if (ref && isServed(ref.repository, ports.repositories)) found.push(ref);
  }
  return found;
}
