import {
  type Agent,
  type AgentDefinitionUnion,
  type AgentSessionResource,
  AIProjectClient,
  type AgentVersion as SdkVersion,
} from "@azure/ai-projects";
import { createPipelineFromOptions, isRestError } from "@azure/core-rest-pipeline";
import type { TokenCredential } from "@azure/identity";
import * as z from "zod";
import { bearerPolicy } from "../azure/bearer-policy.ts";
import { patiencePolicy } from "../azure/patience-policy.ts";
import { orThrow, type Patience, persist } from "../azure/persist.ts";
import { messageOf } from "../errors.ts";
import type { AgentEndpoint, AgentRules, Agents, AgentVersion } from "../releases/agents.ts";
import { projectScope } from "./authorization.ts";
import { callResultOf } from "./call-result.ts";
import { createHttpPost } from "./http-post.ts";

export interface ProjectOptions extends Patience {
  /** `https://{account}.services.ai.azure.com/api/projects/{project}` */
  url: string;
  credential: TokenCredential;
  timeoutMs: number;
}

/** Versions that are looked through for one that this release made. */
const mostVersions = 100;

/** The agents of a Foundry project. */
export function createFoundryAgents(options: ProjectOptions): Agents {
  const { url, credential, clock, timeoutMs } = options;
  const pipeline = createPipelineFromOptions({ retryOptions: { maxRetries: 0 } });
  pipeline.addPolicy(bearerPolicy(credential, projectScope), { phase: "Sign" });
  pipeline.addPolicy(patiencePolicy(), { phase: "Sign" });
  const { agents } = new AIProjectClient(url, credential, { pipeline });
  const post = createHttpPost(new URL(url).origin, timeoutMs);

  return {
    async get(name) {
      const work = async () => ({ agent: await agents.get(name).catch(undefinedOn404) });
      const { agent } = orThrow(await persist(work, options), `agent ${name}`);
      return agent && endpointOf(agent);
    },
    async versions(name) {
      const work = async () => {
        const found: AgentVersion[] = [];
        for await (const version of agents.listVersions(name, { limit: mostVersions, order: "desc" })) {
          found.push(versionOf(version));
          if (found.length >= mostVersions) break;
        }
        return { found };
      };
      return orThrow(await persist(work, options), `versions of ${name}`).found;
    },
    createVersion: (name, definition, metadata) =>
      persist(async () => {
        const wanted = z.custom<AgentDefinitionUnion>(isDefinition).parse(definition);
        const version = versionOf(await agents.createVersion(name, wanted, { metadata }));
        return { kind: "created" as const, version };
      }, options),
    select: (name, rules) =>
      persist(async () => {
        // Only the selector: a merge patch keeps what else the endpoint has.
        await agents.updateAgent(name, { agentEndpoint: { version_selector: selectorOf(rules) } });
        return { kind: "written" as const };
      }, options),
    async stopSessions(name, keep) {
      const pinned = async () => {
        const found: string[] = [];
        for await (const session of agents.listSessions(name))
          if (isPinned(session, keep)) found.push(session.agent_session_id);
        return { found };
      };
      const { found } = orThrow(await persist(pinned, options), `sessions of ${name}`);
      for (const id of found) {
        const stop = async () => ({ stopped: await agents.stopSession(name, id).catch(undefinedOn404) });
        orThrow(await persist(stop, options), `session ${id} of ${name}`);
      }
    },
    async call(name, version) {
      const reference = { agent_reference: { type: "agent_reference", name, version } };
      const path = version
        ? "openai/v1/responses"
        : `agents/${encodeURIComponent(name)}/endpoint/protocols/openai/responses?api-version=v1`;
      try {
        const token = await credential.getToken(projectScope);
        const headers = { "content-type": "application/json", authorization: `Bearer ${token?.token ?? ""}` };
        const body = JSON.stringify({ input: "Say OK.", ...(version ? reference : {}) });
        const started = performance.now();
        const answer = await post(`${new URL(url).pathname}/${path}`, headers, body);
        return callResultOf(answer, performance.now() - started, versionIn, clock.now().getTime());
      } catch (thrown) {
        return { kind: "unknown", reason: `no answer from ${url}: ${messageOf(thrown)}` };
      }
    },
  };
}

/** What is idle may be woken on the version that it has. */
const liveStatuses: readonly string[] = ["creating", "active", "idle", "updating"];

function isPinned({ status, version_indicator: indicator }: AgentSessionResource, keep: readonly string[]): boolean {
  const Pinned = z.object({ type: z.literal("version_ref"), agent_version: z.string() });
  const pinned = Pinned.safeParse(indicator).data;
  return pinned !== undefined && liveStatuses.includes(status) && !keep.includes(pinned.agent_version);
}

const isDefinition = (value: unknown) => z.looseObject({ kind: z.string() }).safeParse(value).success;

function selectorOf(rules: AgentRules) {
  return {
    version_selection_rules: rules.map(({ version, percentage }) => ({
      type: "FixedRatio" as const,
      agent_version: version,
      traffic_percentage: percentage,
    })),
  };
}

function endpointOf({ agent_endpoint: endpoint, versions }: Agent): AgentEndpoint {
  const rules = endpoint?.version_selector?.version_selection_rules;
  return { rules: rules && Rules.parse(rules), latest: versions.latest?.version };
}

/** A rule of another type has no share that could be compared. */
const Rules = z
  .array(z.object({ type: z.literal("FixedRatio"), agent_version: z.string(), traffic_percentage: z.number() }))
  .transform((rules) =>
    rules.map(({ agent_version, traffic_percentage }) => ({ version: agent_version, percentage: traffic_percentage })),
  );

function versionOf({ version, status = "active", metadata = {} }: SdkVersion): AgentVersion {
  return { version, status, metadata };
}

/** `agent_reference` of the answer. */
function versionIn(text: string): string | undefined {
  const Answer = z.object({ agent_reference: z.object({ version: z.string() }) });
  try {
    return Answer.safeParse(JSON.parse(text)).data?.agent_reference.version;
  } catch {
    return undefined;
  }
}

function undefinedOn404(thrown: unknown): undefined {
  if (isRestError(thrown) && thrown.statusCode === 404) return undefined;
  throw thrown;
}
