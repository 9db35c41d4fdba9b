import { modelOnWire, skuNames, usageName } from "./catalogue.ts";
import { type AzureAnswer, type AzureCall, type AzureRoute, azureRoute, failed } from "./router.ts";
import { advance, heldCapacity } from "./state.ts";

const provider = "/subscriptions/:subscription/providers/Microsoft.CognitiveServices";

const group = "/subscriptions/:subscription/resourceGroups/:group/providers/Microsoft.CognitiveServices";

export const catalogueRoutes: AzureRoute[] = [
  azureRoute("GET", `${provider}/locations/:location/operationresults/:operation`, operationResult),
  azureRoute("GET", `${provider}/locations/:location/models`, models),
  azureRoute("GET", `${group}/accounts/:account/models`, accountModels),
  azureRoute("GET", `${provider}/locations/:location/usages`, usages),
  azureRoute("GET", `${provider}/modelCapacities`, capacities),
  azureRoute("GET", `${provider}/locations/:location/modelCapacities`, capacities),
];

function operationResult({ state, url, params }: AzureCall): AzureAnswer {
  const operation = [...state.accounts.values()].map((one) => one.operations.get(params.operation ?? "")).find(Boolean);
  if (!operation) return failed(404, "ResourceNotFound", "The operation was not found.");
  advance(operation);
  const { id, status, error } = operation;
  const json = { id: url.pathname, name: id, status, ...(status === "Failed" && error ? { error } : {}) };
  return { status: 200, json, ...(status === "Running" ? { headers: { "retry-after": `${state.pollSeconds}` } } : {}) };
}

function models({ state }: AzureCall): AzureAnswer {
  return { status: 200, json: { value: state.models.map(modelOnWire) } };
}

/** What a location's models hold, without what only the location says. */
function accountModels({ state }: AzureCall): AzureAnswer {
  return { status: 200, json: { value: state.models.map((model) => modelOnWire(model).model) } };
}

function usages({ state }: AzureCall): AzureAnswer {
  const names = new Set(state.models.flatMap((model) => skuNames.map((sku) => usageName(sku, model))));
  const value = [...names].map((name) => ({
    name: { value: name, localizedValue: name },
    currentValue: heldCapacity(state, name),
    limit: state.quota,
    unit: "Count",
  }));
  return { status: 200, json: { value } };
}

function capacities({ state, url }: AzureCall): AzureAnswer {
  const asked = (name: string) => url.searchParams.get(name);
  const found = state.models.filter(
    (model) => model.name === asked("modelName") && model.version === asked("modelVersion"),
  );
  const value = found.flatMap((model) =>
    skuNames.map((skuName) => ({
      type: "Microsoft.CognitiveServices/locations/modelCapacities",
      name: skuName,
      location: "simulated",
      properties: {
        model: { format: model.format, name: model.name, version: model.version },
        skuName,
        availableCapacity: Math.max(0, state.quota - heldCapacity(state, usageName(skuName, model))),
      },
    })),
  );
  return { status: 200, json: { value } };
}
