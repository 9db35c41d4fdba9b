import type { Deployments, HeldDeployment } from "./deployments.ts";
import { type DeploymentSpec, defaultContentFilter, type PointerOf, type PrepareResult } from "./target-port.ts";

/** Between two looks at a deployment that is being made. */
const againMs = 2000;

/**
 * Makes the versioned deployment beside what serves, or finds it made. A name that stands for something else is never
 * edited. Only what is read back counts as made.
 */
export async function prepareDeployment(
  deployments: Deployments,
  spec: DeploymentSpec,
  resume: string | undefined,
): Promise<PrepareResult> {
  const held = await deployments.get(spec.deployment);
  // A failed creation leaves its name behind; what this release left may be written again.
  const isRest = held?.provisioningState === "Failed" && held.tags["assay-release"] === spec.tags["assay-release"];
  if (held && !isRest) {
    const other = difference(held, spec);
    if (other) return { kind: "conflict", found: pointerTo(held), reason: taken(held, other) };
    if (held.provisioningState === "Succeeded") return { kind: "done", pointer: pointerTo(held) };
    // It is being made, by a worker that was killed before it kept the operation.
    if (!resume) return { kind: "pending", resume: "", retryAfterMs: againMs };
  }
  const written = await deployments.put(spec.deployment, spec, resume || undefined);
  if (written.kind !== "written") return written;
  const made = await deployments.get(spec.deployment);
  if (!made)
    return {
      kind: "refused",
      code: "Unchanged",
      reason: `Azure said that ${spec.deployment} was made, and it is not there`,
    };
  const other = difference(made, spec);
  if (other) return { kind: "conflict", found: pointerTo(made), reason: taken(made, other) };
  if (made.provisioningState === "Succeeded") return { kind: "done", pointer: pointerTo(made) };
  if (made.provisioningState === "Failed")
    return { kind: "refused", code: "Failed", reason: `${spec.deployment} could not be made` };
  return { kind: "pending", resume: "", retryAfterMs: againMs };
}

function pointerTo(held: HeldDeployment): PointerOf<"deployment"> {
  return { kind: "deployment", deployment: held.name, model: held.model };
}

/** The first thing in which what is there is not what is asked for. */
function difference(held: HeldDeployment, spec: DeploymentSpec): string | undefined {
  const pairs: [string, unknown, unknown][] = [
    ["model", `${held.model.name} ${held.model.version}`, `${spec.model.name} ${spec.model.version}`],
    ["SKU", held.sku.name, spec.sku.name],
    ["content filter", held.raiPolicyName ?? defaultContentFilter, spec.raiPolicyName ?? defaultContentFilter],
    ["upgrade option", held.versionUpgradeOption, "NoAutoUpgrade"],
  ];
  const found = pairs.find(([, is, wanted]) => is !== wanted);
  return found && `${found[0]} ${String(found[1])} in place of ${String(found[2])}`;
}

function taken(held: HeldDeployment, other: string): string {
  return `${held.name} is there with the ${other}; a versioned deployment is never edited: take the next number`;
}
