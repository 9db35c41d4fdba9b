import { CognitiveServicesManagementClient, type Deployment } from "@azure/arm-cognitiveservices";
import type { TokenCredential } from "@azure/identity";
import type { HeldDeployment } from "../releases/deployments.ts";
import { bearerPolicy } from "./bearer-policy.ts";
import { patiencePolicy } from "./patience-policy.ts";

export interface ArmAccess {
  /** Base URL of Azure Resource Manager. */
  url: string;
  credential: TokenCredential;
}

/** A client of Resource Manager that is never more patient than its adapter. */
export function createArmClient(
  { url, credential }: ArmAccess,
  subscription: string,
): CognitiveServicesManagementClient {
  const client = new CognitiveServicesManagementClient(credential, subscription, {
    endpoint: url,
    // How often and how long is this adapter's to say: the client would sleep through any Retry-After.
    retryOptions: { maxRetries: 0 },
  });
  const policy = bearerPolicy(credential, `${url}/.default`);
  client.pipeline.removePolicy({ name: policy.name });
  client.pipeline.addPolicy(policy, { phase: "Sign" });
  client.pipeline.addPolicy(patiencePolicy(), { phase: "Sign" });
  return client;
}

export function heldOf({ sku, tags, etag, properties }: Deployment, name: string): HeldDeployment {
  const { format = "", name: model = "", version = "" } = properties?.model ?? {};
  return {
    name,
    model: { format, name: model, version },
    sku: { name: sku?.name ?? "", capacity: sku?.capacity ?? properties?.currentCapacity ?? 1 },
    raiPolicyName: properties?.raiPolicyName,
    versionUpgradeOption: properties?.versionUpgradeOption,
    tags: tags ?? {},
    provisioningState: properties?.provisioningState ?? "Unknown",
    etag,
  };
}
