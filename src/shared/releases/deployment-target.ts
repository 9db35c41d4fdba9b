import type { Clock } from "../clock.ts";
import type { AliasRecords, DeploymentAlias, Stored } from "./deployment-alias.ts";
import { prepareDeployment } from "./prepare-deployment.ts";
import { type ProbePorts, probeDeployment } from "./probe-deployment.ts";
import { type PointerOf, samePointer, type TargetPort } from "./target-port.ts";

export interface DeploymentPorts extends ProbePorts {
  aliases: AliasRecords<DeploymentAlias>;
  repository: { id: number; fullName: string };
  clock: Clock;
}

/** Raw model deployments: the next version is made beside the old one, and our alias record points to one of them. */
export function createDeploymentTarget(ports: DeploymentPorts): TargetPort {
  const { aliases, repository, clock } = ports;
  const stored = (alias: string) => aliases.get(repository.fullName, alias);
  return {
    async read({ alias }) {
      return pointerTo(await stored(alias));
    },
    async flip({ alias }, to, expected) {
      if (to.kind !== "deployment") throw new Error(`${alias} stands for a deployment, not for a ${to.kind}.`);
      const before = await stored(alias);
      const found = pointerTo(before);
      if (found && samePointer(found, to)) return { kind: "done", pointer: found };
      // The fence of the look that led here: a record that came back to the same value was changed all the same.
      const moved = expected?.fence !== undefined && expected.fence !== found?.fence;
      if (moved || !samePointer(found, expected))
        return { kind: "conflict", found, reason: `the alias ${alias} was changed by somebody else` };
      const { deployment, model } = to;
      const flippedAt = clock.now().toISOString();
      const value = { repositoryId: repository.id, alias, deployment, model, flippedAt };
      const written = await aliases.set(repository.fullName, alias, value, before?.etag);
      const after = pointerTo(await stored(alias));
      if (written && after) return { kind: "done", pointer: after };
      return { kind: "conflict", found: after, reason: `the alias ${alias} was changed at the same time` };
    },
    async probe({ endpoint }, pointer) {
      if (pointer.kind !== "deployment") return { kind: "unknown", reason: `no deployment: ${pointer.kind}` };
      return probeDeployment(ports, endpoint, pointer.deployment, pointer.model);
    },
    async prepare({ alias, endpoint }, spec, resume) {
      if (spec.kind !== "deployment") throw new Error(`${alias} stands for a deployment, not for a ${spec.kind}.`);
      return prepareDeployment(await ports.deployments(endpoint), spec, resume);
    },
  };
}

function pointerTo(stored: Stored<DeploymentAlias> | undefined): PointerOf<"deployment"> | undefined {
  if (!stored) return undefined;
  const { deployment, model } = stored.value;
  return { kind: "deployment", deployment, model, fence: stored.etag };
}
