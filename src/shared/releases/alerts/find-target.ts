import type { NormalisedAlert } from "./normalised-alert.ts";

/** A target as a release serves it now, as far as alerts can name it. */
export interface ServedTarget {
  repositoryId: number;
  /** Its alias: `chat`. */
  target: string;
  stage: string;
  /** Id of the release that serves it. */
  release: string;
  promotedAt: string;
  /** Deployments, or `agent:version`, that answer for it: `chat--v43`. */
  arms: readonly string[];
  /** Those of the way back, which stay hot: `chat--v42`. */
  standby: readonly string[];
}

export type FoundTarget = { served: ServedTarget; arm: "current" | "standby" } | { reason: string };

/** Names of the dimensions that tell a deployment [cogsvc-metrics, GenAI semantic conventions]; Azure's request model is one. */
const deploymentDimensions = ["ModelDeploymentName", "gen_ai.request.model", "deployment", "dep"];
const versionDimensions = ["gen_ai.agent.version", "agentVersion"];
const agentDimensions = ["gen_ai.agent.name", "agentName"];

/** The arms that an alert names, lower-cased; an agent's version needs its agent, or the rule's target in its place. */
function armsOf({ dims, custom }: NormalisedAlert): string[] {
  const [version] = versionDimensions.flatMap((name) => dims[name] ?? []);
  const [agent = custom.target] = agentDimensions.flatMap((name) => dims[name] ?? []);
  const deployments = deploymentDimensions.flatMap((name) => dims[name] ?? []);
  // Beside an agent's version the deployment is what the agent asks, which other agents may ask too.
  const named = version === undefined ? deployments : [`${agent ?? ""}:${version}`];
  return named.filter(Boolean).map((arm) => arm.toLowerCase());
}

/** The target that an alert is about: by the arm that its dimensions name, else by its rule's `target`. Never a guess. */
export function findTarget(alert: NormalisedAlert, served: readonly ServedTarget[]): FoundTarget {
  const { custom } = alert;
  const named = armsOf(alert);
  const has = (arms: readonly string[]) => arms.some((arm) => named.includes(arm.toLowerCase()));
  const inStage = served.filter(({ stage }) => !custom.env || stage === custom.env);
  const candidates = inStage
    .filter(({ target }) => !custom.target || target === custom.target)
    .filter(({ arms, standby }) => named.length === 0 || has(arms) || has(standby));
  const told = [
    named.length > 0 ? `the deployment or version ${named.join(", ")}` : undefined,
    custom.target ? `the target ${custom.target}` : undefined,
  ].filter((part) => part !== undefined);
  if (told.length === 0) return { reason: "the alert names no deployment, agent version or target" };
  const where = custom.env ? ` in ${custom.env}` : "";
  const [first] = candidates;
  if (!first) return { reason: `no release serves ${told.join(" as ")}${where}` };
  // A deployment, its route and its prompt may have one name: released together they are one.
  const different = new Set(
    candidates.map(({ repositoryId, target, release }) => `${repositoryId} ${target} ${release}`),
  );
  if (different.size > 1) return { reason: `${different.size} releases serve ${told.join(" as ")}${where}` };
  return { served: first, arm: named.length > 0 && !has(first.arms) ? "standby" : "current" };
}
