import type { HeldDeployment } from "./deployments.ts";
import { type ProbePorts, probeDeployment } from "./probe-deployment.ts";
import { type PointerOf, samePointer, type TargetName, type TargetPort } from "./target-port.ts";

/**
 * The declared slow way: one deployment, whose model is changed where it is. What it served before is gone until it is put
 * back, so a rollback takes as long as the change did, and may be refused.
 */
export function createInPlaceTarget(ports: ProbePorts): TargetPort {
  const held = async ({ alias, endpoint }: TargetName) => (await ports.deployments(endpoint)).get(alias);
  return {
    async read(target) {
      const found = await held(target);
      return found && pointerTo(found);
    },
    async flip(target, to, expected, resume) {
      if (to.kind !== "inPlace")
        throw new Error(`${target.alias} is changed in place, not by a pointer of ${to.kind}.`);
      const before = await held(target);
      const found = before && pointerTo(before);
      if (resume === undefined) {
        if (samePointer(found, to) && before?.provisioningState === "Succeeded")
          return { kind: "done", pointer: found ?? to };
        if (!samePointer(found, expected) && !samePointer(found, to))
          return { kind: "conflict", found, reason: `${target.alias} was changed by somebody else` };
      }
      const { model, sku, raiPolicyName } = to;
      const wanted = { model, sku, raiPolicyName, tags: before?.tags ?? {} };
      const deployments = await ports.deployments(target.endpoint);
      const written = await deployments.put(target.alias, wanted, resume);
      if (written.kind !== "written") return written;
      // That it was written is the provider's word; what is served is what is read.
      const after = await held(target);
      if (after) return { kind: "done", pointer: pointerTo(after) };
      return { kind: "conflict", found: undefined, reason: `${target.alias} is gone` };
    },
    async probe({ alias, endpoint }, pointer) {
      if (pointer.kind !== "inPlace") return { kind: "unknown", reason: `no deployment: ${pointer.kind}` };
      return probeDeployment(ports, endpoint, alias, pointer.model);
    },
  };
}

function pointerTo({ name, model, sku, raiPolicyName, etag }: HeldDeployment): PointerOf<"inPlace"> {
  return {
    kind: "inPlace",
    deployment: name,
    model,
    sku,
    ...(raiPolicyName === undefined ? {} : { raiPolicyName }),
    ...(etag === undefined ? {} : { fence: etag }),
  };
}
