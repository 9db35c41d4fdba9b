import { isServed } from "../deliveries/receive.ts";
import { PermanentError } from "../errors.ts";
import type { RepositoryRef } from "./code-host.ts";
import { considerBaseline, considerPull } from "./consider.ts";
import type { WorkPorts } from "./ports.ts";

/** Looks at a repository as it is: what a lost webhook would have said is seen on the open pull requests themselves. */
export async function reconcile(repositoryId: number, ports: WorkPorts): Promise<void> {
  for (const ref of await servedRepositories(ports)) {
    if (ref.repositoryId !== repositoryId) continue;
    const { pulls } = await ports.open(ref);
    for (const { number } of await pulls.listOpen()) {
      try {
        await considerPull(ref, number, { kind: "seen" }, ports);
      } catch (thrown) {
        if (!(thrown instanceof PermanentError)) throw thrown;
        // One that cannot be looked at keeps the others from nothing.
        ports.log.error("pull.refused", { ...ref, number, reason: thrown.message });
      }
    }
    await considerBaseline(ref, await pulls.tip(await pulls.defaultBranch()), ports);
  }
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
