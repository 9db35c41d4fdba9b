import type { AgentEndpoint, AgentRules, Agents } from "./agents.ts";
import { prepareAgent } from "./prepare-agent.ts";
import { type PointerOf, samePointer, type TargetPort } from "./target-port.ts";

export interface AgentPorts {
  /** The project that the settings have under this name; the only one where it is undefined. */
  agents(endpoint: string | undefined): Promise<Agents>;
}

/** Foundry agents: versions stand side by side, and the endpoint's selector points to them. */
export function createAgentTarget(ports: AgentPorts): TargetPort {
  return {
    async read({ alias, endpoint }) {
      return pointerTo(await (await ports.agents(endpoint)).get(alias));
    },
    async flip({ alias, endpoint }, to, expected) {
      if (to.kind !== "agent") throw new Error(`${alias} is an agent, not a ${to.kind}.`);
      const agents = await ports.agents(endpoint);
      const found = pointerTo(await agents.get(alias));
      if (found && samePointer(found, to)) return { kind: "done", pointer: found };
      if (!samePointer(found, expected))
        return { kind: "conflict", found, reason: `the agent ${alias} was changed by somebody else` };
      const written = await agents.select(alias, to.rules);
      if (written.kind === "refused") return written;
      // The answer to the PATCH shows what was asked for; what is served is what is read.
      const after = pointerTo(await agents.get(alias));
      if (after) return { kind: "done", pointer: after };
      return { kind: "conflict", found: undefined, reason: `the agent ${alias} is gone` };
    },
    async probe({ alias, endpoint }, pointer) {
      if (pointer.kind !== "agent") return { kind: "unknown", reason: `no agent: ${pointer.kind}` };
      const agents = await ports.agents(endpoint);
      const served = samePointer(pointerTo(await agents.get(alias)), pointer);
      // What is not served is called by its version; what is, through the endpoint, as everybody calls it.
      const result = await agents.call(alias, served ? undefined : leading(pointer.rules));
      if (result.kind !== "answered") return result;
      const { served: version, latencyMs } = result;
      if (version === undefined) return { kind: "unknown", reason: `${alias} does not say which version answered` };
      const asExpected = pointer.rules.some((rule) => rule.version === version && rule.percentage > 0);
      return { kind: "answered", served: version, asExpected, latencyMs };
    },
    async stopSessions({ alias, endpoint }, pointer) {
      if (pointer.kind !== "agent") throw new Error(`${alias} is an agent, not a ${pointer.kind}.`);
      const keep = pointer.rules.filter(({ percentage }) => percentage > 0).map(({ version }) => version);
      await (await ports.agents(endpoint)).stopSessions(alias, keep);
    },
    async prepare({ alias, endpoint }, spec, resume) {
      if (spec.kind !== "agent") throw new Error(`${alias} is an agent, not a ${spec.kind}.`);
      return prepareAgent(await ports.agents(endpoint), alias, spec, resume);
    },
  };
}

/** Without a selector the endpoint serves whatever is latest: the service's own word for it. */
function pointerTo(endpoint: AgentEndpoint | undefined): PointerOf<"agent"> | undefined {
  if (!endpoint) return undefined;
  return { kind: "agent", rules: endpoint.rules ?? [{ version: "@latest", percentage: 100 }] };
}

function leading(rules: AgentRules): string | undefined {
  return rules.reduce((most, rule) => (rule.percentage > most.percentage ? rule : most), rules[0] ?? none).version;
}
const none = { version: "@latest", percentage: 0 };
