import type { Clock } from "../clock.ts";
import type { AliasRecords, DeploymentAlias, Stored } from "./deployment-alias.ts";
import { flipAlias } from "./flip-alias.ts";
import { prepareDeployment } from "./prepare-deployment.ts";
import { type ProbePorts, probeDeployment } from "./probe-deployment.ts";
import type { PointerOf, TargetPort } from "./target-port.ts";

export interface DeploymentPorts extends ProbePorts {
  aliases: AliasRecords<DeploymentAlias>;
  repository: { id: number; fullName: string };
  clock: Clock;
}

/** Raw model deployments: the next version is made beside the old one, and our alias record points to one of them. */
export function createDeploymentTarget(ports: DeploymentPorts): TargetPort {
  const { aliases, repository, clock } = ports;
  const pointing = { records: aliases, repository, pointerTo, words: { the: "the alias", moved: "changed" } };
  return {
    async read({ alias }) {
      return pointerTo(await aliases.get(repository.fullName, alias));
    },
    async flip({ alias }, to, expected) {
      if (to.kind !== "deployment") throw new Error(`${alias} stands for a deployment, not for a ${to.kind}.`);
      const { deployment, model } = to;
      return flipAlias(pointing, { alias, to, expected }, async () => {
        const flippedAt = clock.now().toISOString();
        return { record: { repositoryId: repository.id, alias, deployment, model, flippedAt } };
      });
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
