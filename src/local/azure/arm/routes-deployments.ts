import { randomUUID } from "node:crypto";
import { usageName } from "./catalogue.ts";
import { type AzureAnswer, type AzureCall, type AzureRoute, azureRoute, failed } from "./router.ts";
import {
  advance,
  catalogued,
  DeploymentBody,
  type HeldDeployment,
  heldCapacity,
  isRetired,
  newEtag,
  type Operation,
  PatchBody,
  runningOperation,
} from "./state.ts";

const accounts = "/subscriptions/:subscription/resourceGroups/:group/providers/Microsoft.CognitiveServices/accounts";
const deployments = `${accounts}/:account/deployments`;

export const deploymentRoutes: AzureRoute[] = [
  azureRoute("GET", deployments, list),
  azureRoute("GET", `${deployments}/:deployment`, get),
  azureRoute("PUT", `${deployments}/:deployment`, put),
  azureRoute("PATCH", `${deployments}/:deployment`, patch),
  azureRoute("DELETE", `${deployments}/:deployment`, remove),
  azureRoute("GET", `${deployments}/:deployment/skus`, skus),
  azureRoute("POST", `${deployments}/:deployment/pause`, (call) => pause(call, true)),
  azureRoute("POST", `${deployments}/:deployment/resume`, (call) => pause(call, false)),
];

function list(call: AzureCall): AzureAnswer {
  const all = [...call.account.deployments.values()];
  for (const { name } of all) advanceOf(call, name);
  return { status: 200, json: { value: [...call.account.deployments.values()].map((held) => onWire(call, held)) } };
}

function get(call: AzureCall): AzureAnswer {
  advanceOf(call, nameOf(call));
  const held = call.account.deployments.get(nameOf(call));
  return held ? { status: 200, json: onWire(call, held) } : notFound(call);
}

function put(call: AzureCall): AzureAnswer {
  const refused = busy(call);
  if (refused) return refused;
  const parsed = DeploymentBody.safeParse(call.body);
  if (!parsed.success) return failed(400, "InvalidRequestContent", parsed.error.message);
  const { sku = { name: "Standard", capacity: 1 }, properties, tags = {} } = parsed.data;
  const held = call.account.deployments.get(nameOf(call));
  const model = { ...properties.model, version: properties.model.version ?? "" };
  const wrong = refusal(call, held, model, sku);
  if (wrong) return wrong;
  if (call.fault?.kind === "errorBody")
    return failed(200, "DeploymentFailed", "The deployment could not be created (simulated: 200 with an error body).");
  const next: HeldDeployment = {
    name: nameOf(call),
    sku,
    model,
    versionUpgradeOption: properties.versionUpgradeOption ?? "OnceNewDefaultVersionAvailable",
    raiPolicyName: properties.raiPolicyName ?? "Microsoft.DefaultV2",
    tags,
    etag: newEtag(),
    provisioningState: "Succeeded",
    paused: false,
    createdAt: held?.createdAt ?? call.state.now().getTime(),
  };
  return begin(call, held, next);
}

/** What ARM refuses at once, whatever else goes on. */
function refusal(
  call: AzureCall,
  held: HeldDeployment | undefined,
  model: HeldDeployment["model"],
  sku: HeldDeployment["sku"],
): AzureAnswer | undefined {
  const { state, fault } = call;
  if (held && held.model.name !== model.name)
    return failed(400, "CannotChangeDeploymentModel", "The model of a deployment cannot be changed.");
  const offered = catalogued(state, model);
  const stays = held?.model.version === model.version;
  if (!offered)
    return failed(
      400,
      "DeploymentModelNotSupported",
      `The model '${model.name}', '${model.version}' is not supported.`,
    );
  if (
    fault?.kind === "modelDeprecated" ||
    (!stays && (offered.lifecycleStatus === "Deprecated" || isRetired(state, model)))
  )
    return failed(400, "ServiceModelDeprecated", `The model '${model.name}', '${model.version}' has been deprecated.`);
  if (!held && offered.lifecycleStatus === "Deprecating")
    return failed(400, "ServiceModelDeprecating", `The model '${model.name}', '${model.version}' is being deprecated.`);
  const available = state.quota - heldCapacity(state, usageName(sku.name, model), held);
  if (fault?.kind !== "insufficientQuota" && sku.capacity <= available) return undefined;
  const message = `This operation require ${sku.capacity} new capacity in quota, which is bigger than the current available capacity ${Math.max(0, Math.min(available, sku.capacity - 1))}.`;
  return failed(400, "InsufficientQuota", message);
}

/** Starts the operation that a write is; until it ends, the account takes no other. */
function begin(call: AzureCall, held: HeldDeployment | undefined, next: HeldDeployment): AzureAnswer {
  const { state, account, fault } = call;
  const during = fault?.kind === "updating" ? "Updating" : held ? "Accepted" : "Creating";
  const silent = fault?.kind === "silentNoOp";
  const fails =
    fault?.kind === "failsLater" ? { code: fault.code, message: "The operation failed (simulated)." } : undefined;
  const before = held ? { ...held } : undefined;
  account.deployments.set(next.name, { ...(held ?? next), provisioningState: during, etag: newEtag() });
  const id = randomUUID();
  const operation: Operation = {
    id,
    deployment: next.name,
    status: "Running",
    left:
      fault?.kind === "neverEnds" ? Number.POSITIVE_INFINITY : fault?.kind === "updating" ? fault.polls : state.polls,
    ...(fails ? { error: fails } : {}),
    finish() {
      // What fails leaves a new deployment behind in the state Failed, as the service does.
      if (fails) account.deployments.set(next.name, before ?? { ...next, provisioningState: "Failed" });
      else if (!silent) account.deployments.set(next.name, next);
      else if (before) account.deployments.set(next.name, { ...before, etag: newEtag() });
      else account.deployments.delete(next.name);
    },
  };
  account.operations.set(id, operation);
  const shown = account.deployments.get(next.name) ?? next;
  const accepted = { ...next, provisioningState: "Accepted", etag: shown.etag };
  return {
    status: held ? 200 : 201,
    json: onWire(call, accepted),
    headers: operationHeaders(call, id),
    effect: `${held ? "changed" : "created"} ${next.name}`,
  };
}

function patch(call: AzureCall): AzureAnswer {
  const refused = busy(call);
  if (refused) return refused;
  const held = call.account.deployments.get(nameOf(call));
  if (!held) return notFound(call);
  const parsed = PatchBody.safeParse(call.body);
  if (!parsed.success) return failed(400, "InvalidRequestContent", parsed.error.message);
  const sku = {
    name: parsed.data.sku?.name ?? held.sku.name,
    capacity: parsed.data.sku?.capacity ?? held.sku.capacity,
  };
  const wrong = refusal(call, held, held.model, sku);
  if (wrong) return wrong;
  const { headers = {}, ...answer } = begin(call, held, {
    ...held,
    sku,
    tags: parsed.data.tags ?? held.tags,
    etag: newEtag(),
  });
  return { ...answer, status: 202, headers };
}

function remove(call: AzureCall): AzureAnswer {
  const refused = busy(call);
  if (refused) return refused;
  const name = nameOf(call);
  const held = call.account.deployments.get(name);
  if (!held) return { status: 204 };
  const id = randomUUID();
  held.provisioningState = "Deleting";
  call.account.operations.set(id, {
    id,
    deployment: name,
    status: "Running",
    left: call.fault?.kind === "neverEnds" ? Number.POSITIVE_INFINITY : call.state.polls,
    finish: () => void call.account.deployments.delete(name),
  });
  return { status: 202, headers: operationHeaders(call, id), effect: `deleted ${name}` };
}

function skus(call: AzureCall): AzureAnswer {
  const held = call.account.deployments.get(nameOf(call));
  if (!held) return notFound(call);
  const capacity = { minimum: 1, maximum: call.state.quota, step: 1, default: 10 };
  const value = {
    resourceType: "Microsoft.CognitiveServices/accounts/deployments",
    sku: { name: held.sku.name },
    capacity,
  };
  return { status: 200, json: { value: [value] } };
}

function pause(call: AzureCall, paused: boolean): AzureAnswer {
  const held = call.account.deployments.get(nameOf(call));
  if (!held) return notFound(call);
  if (held.sku.name.startsWith("Provisioned"))
    return failed(400, "OperationNotSupported", "Only pay-as-you-go deployments can be paused.");
  const effect = held.paused === paused ? {} : { effect: `${paused ? "paused" : "resumed"} ${held.name}` };
  held.paused = paused;
  return { status: 200, json: onWire(call, held), ...effect };
}

function busy(call: AzureCall): AzureAnswer | undefined {
  const { account, fault, url } = call;
  const parent = url.pathname.split("/deployments")[0];
  const held = call.account.deployments.get(nameOf(call));
  const message = `Another operation is being performed on the parent resource '${parent}'. Please try again later.`;
  if (fault?.kind === "accountBusy" || runningOperation(account)) return failed(409, "RequestConflict", message);
  if (fault?.kind !== "notTerminal") return undefined;
  const state = held?.provisioningState ?? "Creating";
  return failed(
    409,
    "ResourceNotTerminal",
    `Cannot modify resource: its provisioning state '${state}' is not terminal.`,
  );
}

function operationHeaders({ origin, params, url }: AzureCall, id: string): Record<string, string> {
  const version = url.searchParams.get("api-version") ?? "2025-09-01";
  const place = `${origin}/subscriptions/${params.subscription}/providers/Microsoft.CognitiveServices/locations/simulated`;
  return { "azure-asyncoperation": `${place}/operationresults/${id}?api-version=${version}`, "retry-after": "0" };
}

function advanceOf({ account }: AzureCall, deployment: string): void {
  for (const operation of account.operations.values()) if (operation.deployment === deployment) advance(operation);
}

const nameOf = ({ params }: AzureCall) => params.deployment ?? "";

function notFound(call: AzureCall): AzureAnswer {
  return failed(404, "ResourceNotFound", `The deployment '${nameOf(call)}' was not found.`);
}

function onWire({ url, params }: Pick<AzureCall, "url" | "params">, held: HeldDeployment): object {
  const { name, sku, model, versionUpgradeOption, raiPolicyName, tags, etag, provisioningState, paused } = held;
  const base = url.pathname.split("/deployments")[0];
  return {
    id: `${base}/deployments/${name}`,
    type: "Microsoft.CognitiveServices/accounts/deployments",
    name,
    sku,
    tags,
    etag,
    systemData: { createdBy: params.subscription ?? "simulated", createdByType: "Application" },
    properties: {
      model,
      versionUpgradeOption,
      raiPolicyName,
      provisioningState,
      currentCapacity: sku.capacity,
      capabilities: { chatCompletion: "true" },
      rateLimits: [
        { key: "request", renewalPeriod: 10, count: sku.capacity },
        { key: "token", renewalPeriod: 60, count: sku.capacity * 1000 },
      ],
      ...(paused ? { deploymentState: "Paused" } : {}),
    },
  };
}
