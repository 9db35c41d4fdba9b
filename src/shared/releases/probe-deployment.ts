import { answeringName } from "./answering-name.ts";
import type { CallDeployment, Deployments } from "./deployments.ts";
import type { ModelVersion, ProbeResult } from "./target-port.ts";

export interface ProbePorts {
  /** The account that the settings have under this name; the only one where it is undefined. */
  deployments(endpoint: string | undefined): Promise<Deployments>;
  call(endpoint: string | undefined): Promise<CallDeployment>;
}

/** A real call of a deployment, and whether the model that answered is the one that should. */
export async function probeDeployment(
  ports: ProbePorts,
  endpoint: string | undefined,
  deployment: string,
  model: ModelVersion,
): Promise<ProbeResult> {
  const call = await ports.call(endpoint);
  const result = await call(deployment);
  // The data plane says the same of a name that is new and of one that is deleted.
  if (result.kind === "notYet" && (await isGone(ports, endpoint, deployment)))
    return { kind: "gone", code: "DeploymentNotFound", reason: `${deployment} does not exist` };
  if (result.kind !== "answered") return result;
  const { served, latencyMs } = result;
  if (served === undefined) return { kind: "unknown", reason: `${deployment} does not say which model answered` };
  return {
    kind: "answered",
    served,
    asExpected: await isExpected(ports, { endpoint, deployment, served, model }),
    latencyMs,
  };
}

interface Answered {
  endpoint: string | undefined;
  deployment: string;
  served: string;
  model: ModelVersion;
}

/** Where the answer's name does not tell the version, the account says what it was that answered. */
async function isExpected(
  ports: ProbePorts,
  { endpoint, deployment, served, model }: Answered,
): Promise<boolean | undefined> {
  const name = answeringName(served, model);
  if (name === "thisVersion" || name === "another") return name === "thisVersion";
  try {
    const held = await (await ports.deployments(endpoint)).get(deployment);
    return held && held.model.name === model.name && held.model.version === model.version;
  } catch {
    return undefined;
  }
}

/** Where nobody can tell, it is not. */
async function isGone(ports: ProbePorts, endpoint: string | undefined, name: string): Promise<boolean> {
  try {
    return (await (await ports.deployments(endpoint)).get(name)) === undefined;
  } catch {
    return false;
  }
}
