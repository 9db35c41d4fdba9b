import * as z from "zod";
import { type AzureAnswer, type AzureCall, type AzureRoute, azureRoute, failed } from "../arm/router.ts";
import type { AgentVersion, HeldAgent } from "../arm/state.ts";
import { mergePatch, selectorProblem } from "./selector.ts";

const agents = "/:account/api/projects/:project/agents";

export const agentRoutes: AzureRoute[] = [
  azureRoute("GET", agents, (call) => page([...call.account.agents.values()].map(agentOnWire))),
  azureRoute("POST", agents, (call) => create(call)),
  azureRoute("GET", `${agents}/:agent`, (call) =>
    withAgent(call, (agent) => ({ status: 200, json: agentOnWire(agent) })),
  ),
  azureRoute("POST", `${agents}/:agent`, (call) => {
    const [, name = "", action] = /^(.+):(disable|enable)$/.exec(call.params.agent ?? "") ?? [];
    if (!action) return createVersion(call);
    return withAgent({ ...call, params: { ...call.params, agent: name } }, (agent) => {
      agent.disabled = action === "disable";
      return { status: 204, effect: `${action} ${name}` };
    });
  }),
  azureRoute("PATCH", `${agents}/:agent`, patch),
  azureRoute("DELETE", `${agents}/:agent`, (call) =>
    withAgent(call, ({ name }) => {
      call.account.agents.delete(name);
      return { status: 200, json: { object: "agent.deleted", name, deleted: true }, effect: `deleted agent ${name}` };
    }),
  ),
  azureRoute("POST", `${agents}/:agent/versions`, createVersion),
  azureRoute("GET", `${agents}/:agent/versions`, (call) =>
    withAgent(call, (agent) => {
      const all = agent.versions.filter(({ draft }) => !draft).map((version) => versionOnWire(agent, version));
      for (const version of agent.versions) step(version);
      return page(call.url.searchParams.get("order") === "asc" ? all : all.reverse());
    }),
  ),
  azureRoute("GET", `${agents}/:agent/versions/:version`, (call) =>
    withVersion(call, (agent, version) => {
      const json = versionOnWire(agent, version);
      step(version);
      return { status: 200, json };
    }),
  ),
  azureRoute("GET", `${agents}/:agent/endpoint/sessions`, (call) =>
    withAgent(call, ({ sessions }) => page(sessions.map(sessionOnWire))),
  ),
  azureRoute("POST", `${agents}/:agent/endpoint/sessions`, openSession),
  azureRoute("POST", `${agents}/:agent/endpoint/sessions/:session`, stopSession),
  azureRoute("DELETE", `${agents}/:agent/versions/:version`, (call) =>
    withVersion(call, (agent, version) => {
      agent.versions = agent.versions.filter((other) => other !== version);
      const json = { object: "agent.version.deleted", name: agent.name, version: version.version, deleted: true };
      return { status: 200, json, effect: `deleted version ${version.version} of ${agent.name}` };
    }),
  ),
];

const VersionBody = z.object({
  name: z.string().optional(),
  definition: z.looseObject({ kind: z.string() }),
  metadata: z
    .record(z.string().max(64), z.string().max(512))
    .refine((pairs) => Object.keys(pairs).length <= 16, "at most 16 pairs")
    .default({}),
  description: z.string().default(""),
  draft: z.boolean().default(false),
});

function create(call: AzureCall, show?: typeof versionOnWire): AzureAnswer {
  const body = VersionBody.safeParse(call.body);
  const name = body.data?.name;
  if (!body.success || !name) return failed(400, "invalid_payload", body.error?.message ?? "name: required");
  if (call.account.agents.has(name)) return failed(409, "conflict", `Agent '${name}' already exists.`);
  const agent: HeldAgent = { name, disabled: false, versions: [], endpoint: {}, calls: 0, sessions: [] };
  const version = addVersion(call, agent, body.data);
  call.account.agents.set(name, agent);
  const json = show ? show(agent, version) : agentOnWire(agent);
  return { status: 200, json, effect: `created agent ${name}` };
}

/** Without a selector, a new version serves at once. One with an identical definition is the latest again. */
function createVersion(call: AzureCall): AzureAnswer {
  const { agent: name = "" } = call.params;
  if (!call.account.agents.has(name)) return create({ ...call, body: { ...Object(call.body), name } }, versionOnWire);
  return withAgent(call, (agent) => {
    const body = VersionBody.safeParse(call.body);
    if (!body.success) return failed(400, "invalid_payload", body.error.message);
    const same = agent.versions.findLast(
      (one) => JSON.stringify(one.definition) === JSON.stringify(body.data.definition),
    );
    if (same) return { status: 200, json: versionOnWire(agent, same) };
    const version = addVersion(call, agent, body.data);
    const effect = `created version ${version.version} of ${agent.name}`;
    return { status: 200, json: versionOnWire(agent, version), effect };
  });
}

function addVersion({ state, fault }: AzureCall, agent: HeldAgent, body: z.infer<typeof VersionBody>): AgentVersion {
  const last = Math.max(0, ...agent.versions.map(({ version }) => Number(version) || 0));
  const now = state.now().getTime();
  const { definition, metadata, description, draft } = body;
  const status = fault?.kind === "failsLater" ? "failed" : definition.kind === "hosted" ? "creating" : "active";
  const version = draft ? `draft-${now}` : `${last + 1}`;
  const created: AgentVersion = { version, definition, metadata, description, status, createdAt: now, draft };
  agent.versions.push(created);
  return created;
}

function patch(call: AzureCall): AzureAnswer {
  return withAgent(call, (agent) => {
    if (!call.contentType.startsWith("application/merge-patch+json"))
      return failed(415, "UnsupportedMediaType", "PATCH takes application/merge-patch+json.");
    const Patch = z.object({ agent_endpoint: z.unknown().optional(), agent_card: z.unknown().optional() });
    const { agent_endpoint: change } = Patch.parse(call.body ?? {});
    const endpoint = mergePatch(agent.endpoint, change ?? {});
    const problem = selectorProblem(agent, endpoint);
    if (problem) return failed(400, "invalid_payload", problem);
    if (call.fault?.kind === "silentNoOp")
      return { status: 200, json: { ...agentOnWire(agent), agent_endpoint: endpoint } };
    agent.endpoint = z.record(z.string(), z.unknown()).parse(endpoint);
    return { status: 200, json: agentOnWire(agent), effect: `selector of ${agent.name}` };
  });
}

function openSession(call: AzureCall): AzureAnswer {
  return withAgent(call, (agent) => {
    const Body = z.object({ version_indicator: z.object({ agent_version: z.string() }) });
    const { agent_version: version } = Body.parse(call.body).version_indicator;
    const session = { id: `session_${agent.sessions.length + 1}`, version, status: "active" as const };
    agent.sessions.push(session);
    return { status: 201, json: sessionOnWire(session), effect: `session on version ${version} of ${agent.name}` };
  });
}

function stopSession(call: AzureCall): AzureAnswer {
  const [, id, action] = /^(.+):(stop)$/.exec(call.params.session ?? "") ?? [];
  return withAgent(call, ({ name, sessions }) => {
    const session = sessions.find((own) => own.id === id);
    if (!session || !action || session.status === "deleted")
      return failed(404, "not_found", `Session '${id}' of agent '${name}' was not found.`);
    session.status = "deleted";
    return { status: 204, effect: `stopped ${id} of ${name}` };
  });
}

function sessionOnWire({ id, version, status }: HeldAgent["sessions"][number]): object {
  const at = 1_700_000_000;
  return {
    ...{ agent_session_id: id, status, version_indicator: { type: "version_ref", agent_version: version } },
    ...{ created_at: at, last_accessed_at: at, expires_at: at },
  };
}

/** A hosted version is active once somebody has seen it being made. */
function step(version: AgentVersion): void {
  if (version.status === "creating") version.status = "active";
}

function withAgent(call: AzureCall, work: (agent: HeldAgent) => AzureAnswer): AzureAnswer {
  const name = call.params.agent ?? "";
  const agent = call.account.agents.get(name);
  return agent ? work(agent) : failed(404, "not_found", `Agent '${name}' was not found.`);
}

function withVersion(call: AzureCall, work: (agent: HeldAgent, version: AgentVersion) => AzureAnswer): AzureAnswer {
  return withAgent(call, (agent) => {
    const version = agent.versions.find((one) => one.version === call.params.version);
    if (version) return work(agent, version);
    return failed(404, "not_found", `Version '${call.params.version}' of agent '${agent.name}' was not found.`);
  });
}

function page(data: object[]): AzureAnswer {
  return { status: 200, json: { object: "list", data, has_more: false } };
}

function agentOnWire(agent: HeldAgent): object {
  const latest = agent.versions.findLast(({ draft }) => !draft);
  return {
    object: "agent",
    id: agent.name,
    name: agent.name,
    state: agent.disabled ? "disabled" : "enabled",
    versions: { latest: latest ? versionOnWire(agent, latest) : null },
    ...(Object.keys(agent.endpoint).length ? { agent_endpoint: agent.endpoint } : {}),
  };
}

function versionOnWire(agent: HeldAgent, { version, createdAt, ...held }: AgentVersion): object {
  const created = Math.floor(createdAt / 1000);
  return {
    object: "agent.version",
    id: `${agent.name}:${version}`,
    name: agent.name,
    version,
    created_at: created,
    ...held,
  };
}
