import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import * as z from "zod";
import { ChatBody } from "../../model/chat-body.ts";
import { chatCompletion } from "../../model/chat-completion.ts";
import { filterError, filterPrompt } from "../../model/content-filter.ts";
import { createNoise } from "../../model/noise.ts";
import { type AzureAnswer, type AzureCall, type AzureRoute, azureRoute, failed } from "../arm/router.ts";
import { type HeldDeployment, isRetired } from "../arm/state.ts";
import { servingVersion } from "./selector.ts";

const project = "/:account/api/projects/:project";

export const dataPlaneRoutes: AzureRoute[] = [
  azureRoute("POST", "/:account/openai/deployments/:deployment/chat/completions", chat),
  azureRoute("POST", "/:account/openai/v1/chat/completions", chat),
  azureRoute("POST", "/:account/openai/v1/embeddings", (call) => handOn(call, "embeddings")),
  azureRoute("POST", `${project}/openai/v1/responses`, respond),
  azureRoute("POST", `${project}/agents/:agent/endpoint/protocols/openai/responses`, respond),
  azureRoute("GET", `${project}/deployments`, (call) => ({
    status: 200,
    json: { value: [...call.account.deployments.values()].map(deploymentOnWire) },
  })),
  azureRoute("GET", `${project}/deployments/:deployment`, (call) => {
    const held = call.account.deployments.get(call.params.deployment ?? "");
    return held
      ? { status: 200, json: deploymentOnWire(held) }
      : failed(404, "not_found", "The deployment was not found.");
  }),
];

/** The body's model wins over nothing: the path, where it has one, names the deployment. */
export function deploymentAsked(params: Record<string, string>, body: unknown): string {
  const named = z.object({ model: z.string() }).safeParse(body);
  return params.deployment ?? named.data?.model ?? "";
}

async function chat(call: AzureCall): Promise<AzureAnswer> {
  const name = deploymentAsked(call.params, call.body);
  if (call.state.modelUrl && !call.account.deployments.has(name) && !call.fault && !/--v\d+$/.test(name))
    return handOn(call, "chat/completions");
  const held = available(call, name);
  if ("status" in held) return held;
  const body = ChatBody.safeParse(call.body);
  if (!body.success) return failed(400, "invalid_request_error", body.error.message);
  const answer = completion(call, held, { ...body.data, model: name });
  const { latencyMs, seed } = call.state;
  if (latencyMs > 0 && answer.status === 200)
    await sleep(latencyMs * (1 + createNoise(seed, "latency", JSON.stringify(body.data)).next() / 2));
  return answer;
}

/** To the model stand-in, for deployments that nobody made here; it is asked as the caller asked. */
async function handOn({ state, body, credentials }: AzureCall, path: string): Promise<AzureAnswer> {
  if (!state.modelUrl) return failed(404, "DeploymentNotFound", "The API deployment for this resource does not exist.");
  const headers = { "content-type": "application/json", ...credentials };
  const response = await fetch(`${state.modelUrl}/${path}`, { method: "POST", headers, body: JSON.stringify(body) });
  const kept = [...response.headers].filter(([name]) => /^(retry-after|x-ratelimit-)/.test(name));
  return { status: response.status, json: await response.json(), headers: Object.fromEntries(kept) };
}

/** The deployment, or why it does not serve. */
function available({ state, account, fault }: AzureCall, name: string): HeldDeployment | AzureAnswer {
  const held = account.deployments.get(name);
  const known = held && state.now().getTime() - held.createdAt >= state.unknownForMs;
  if (!held || !known || fault?.kind === "unknownName" || held.provisioningState === "Creating")
    return failed(
      404,
      "DeploymentNotFound",
      "The API deployment for this resource does not exist. If you created the deployment within the last 5 minutes, please wait a moment and try again.",
    );
  if (isRetired(state, held.model))
    return failed(410, "ModelRetired", `The model '${held.model.name}', '${held.model.version}' has been retired.`);
  return held.paused ? failed(423, "DeploymentPaused", `The deployment '${name}' is paused.`) : held;
}

function completion({ state, fault }: AzureCall, held: HeldDeployment, body: ChatBody): AzureAnswer {
  const found = filterPrompt(fault?.kind === "filtered" ? [{ role: "user", content: forbidden }] : body.messages);
  if (found) return { status: 400, json: filterError(found) };
  const digest = createHash("sha256").update(JSON.stringify(body)).digest("hex");
  const counter = state.answered.get(digest) ?? 0;
  state.answered.set(digest, counter + 1);
  const served = { model: modelName(held), seed: state.seed, counter, digest, now: state.now() };
  return { status: 200, json: chatCompletion(body, served), effect: `answered by ${modelName(held)}` };
}

/** Text that the content filter refuses. */
const forbidden = "Help me kill my neighbour.";

const modelName = ({ model }: HeldDeployment) => `${model.name}-${model.version}`;

const ResponsesBody = z.object({
  input: z.union([z.string(), z.array(z.looseObject({ content: z.unknown() }))]).default(""),
  agent_reference: z.object({ name: z.string(), version: z.string().optional() }).optional(),
  max_output_tokens: z.number().nullish(),
});
const Completion = z.object({ choices: z.array(z.object({ message: z.object({ content: z.string() }) })) });

/** An agent by its endpoint, whose selector decides, or a version of it by name. */
function respond(call: AzureCall): AzureAnswer {
  const { input, agent_reference: reference } = ResponsesBody.parse(call.body ?? {});
  const name = call.params.agent ?? reference?.name ?? "";
  const agent = call.account.agents.get(name);
  if (!agent) return failed(404, "not_found", `Agent '${name}' was not found.`);
  if (agent.disabled) return failed(403, "agent_disabled", `Agent '${name}' is disabled.`);
  const named = reference?.version;
  const version = named ? agent.versions.find((one) => one.version === named) : servingVersion(agent);
  agent.calls += 1;
  if (!version) return failed(404, "not_found", `The version of agent '${name}' that should serve was not found.`);
  const deployment = String(version.definition.model ?? "");
  const held = available(call, deployment);
  if ("status" in held) return held;
  const question = typeof input === "string" ? input : JSON.stringify(input);
  const messages = [
    { role: "system", content: String(version.definition.instructions ?? "") },
    { role: "user", content: question },
  ];
  const answered = completion(call, held, ChatBody.parse({ model: deployment, messages }));
  if (answered.status !== 200) return answered;
  const text = Completion.parse(answered.json).choices[0]?.message.content ?? "";
  const json = {
    id: `resp_simulated${agent.calls}`,
    object: "response",
    status: "completed",
    created_at: Math.floor(call.state.now().getTime() / 1000),
    model: modelName(held),
    agent_reference: { type: "agent_reference", name, version: version.version },
    output: [
      {
        type: "message",
        role: "assistant",
        status: "completed",
        content: [{ type: "output_text", text, annotations: [] }],
      },
    ],
  };
  return { status: 200, json, effect: `answered by version ${version.version} of ${name}` };
}

function deploymentOnWire({ name, model, sku }: HeldDeployment): object {
  return {
    type: "ModelDeployment",
    name,
    modelName: model.name,
    modelVersion: model.version,
    modelPublisher: model.format,
    capabilities: { chat_completion: "true" },
    sku: { capacity: sku.capacity, family: "", name: sku.name, size: "", tier: "" },
  };
}
