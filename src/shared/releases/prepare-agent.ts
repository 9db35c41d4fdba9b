import type { Agents, AgentVersion } from "./agents.ts";
import type { AgentSpec, PrepareResult, Refused } from "./target-port.ts";

/** A hosted version takes two to five minutes until it is active. */
const againMs = 5000;

/**
 * Makes the agent's next version, or finds the one that this release made. The version that serves is pinned first: without
 * a selector, creating a version deploys it. What is served may so be told apart afterwards: read it again.
 */
export async function prepareAgent(
  agents: Agents,
  name: string,
  spec: AgentSpec,
  resume: string | undefined,
): Promise<PrepareResult> {
  const refused = await pin(agents, name);
  if (refused) return refused;
  const release = spec.metadata["assay-release"];
  const isOurs = ({ metadata }: AgentVersion) => release !== undefined && metadata["assay-release"] === release;
  const versions = await versionsOf(agents, name);
  const known = versions.find((version) => (resume ? version.version === resume : isOurs(version)));
  if (known) return standing(name, known);
  const made = await agents.createVersion(name, spec.definition, spec.metadata);
  if (made.kind === "refused") return made;
  const { version } = made;
  // An identical definition is answered with the version that has it: nothing was made, and nothing would change.
  if (versions.some((one) => one.version === version.version))
    return {
      kind: "conflict",
      found: pointerTo(version),
      reason: `version ${version.version} of ${name} has this very definition: release that one`,
    };
  return standing(name, version);
}

async function versionsOf(agents: Agents, name: string): Promise<AgentVersion[]> {
  return (await agents.get(name)) ? agents.versions(name) : [];
}

/** Undefined where what serves is named, whatever is created. */
async function pin(agents: Agents, name: string): Promise<Refused | undefined> {
  const before = await agents.get(name);
  const floats = before?.rules?.some(({ version }) => version === "@latest") ?? true;
  if (before?.latest === undefined || !floats) return undefined;
  const { latest } = before;
  const rules = before.rules?.map((rule) => (rule.version === "@latest" ? { ...rule, version: latest } : rule));
  const written = await agents.select(name, rules ?? [{ version: latest, percentage: 100 }]);
  if (written.kind === "refused") return written;
  const after = await agents.get(name);
  if (after?.rules && !after.rules.some(({ version }) => version === "@latest")) return undefined;
  return {
    kind: "refused",
    code: "Unchanged",
    reason: `${name} still serves whatever is latest`,
    retryAfterMs: againMs,
  };
}

function standing(name: string, version: AgentVersion): PrepareResult {
  if (version.status === "active") return { kind: "done", pointer: pointerTo(version) };
  if (version.status === "creating") return { kind: "pending", resume: version.version, retryAfterMs: againMs };
  return {
    kind: "refused",
    code: "VersionFailed",
    reason: `version ${version.version} of ${name} is ${version.status}`,
  };
}

function pointerTo({ version }: AgentVersion) {
  return { kind: "agent" as const, rules: [{ version, percentage: 100 }] };
}
