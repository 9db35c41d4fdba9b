import type { Clock } from "../clock.ts";
import { InvalidInputError } from "../errors.ts";
import type { ProjectEndpoint } from "../foundry/agent-client.ts";
import type { ModelEndpoint } from "../foundry/chat-client.ts";
import type { Agents } from "../releases/agents.ts";
import type { CallDeployment, Deployments } from "../releases/deployments.ts";
import type { Settings } from "../settings.ts";
import { byName } from "./remembered.ts";

/** The settings that say where is released to. */
export type AzureSettings = Pick<
  Settings,
  | "ASSAY_ARM_URL"
  | "ASSAY_FOUNDRY_ACCOUNTS"
  | "ASSAY_FOUNDRY_PROJECTS"
  | "ASSAY_OPERATION_MINUTES"
  | "ASSAY_MODEL_URL"
  | "ASSAY_MODEL_KEY"
>;

type Credential = Awaited<ReturnType<typeof import("../azure/credential.ts").appCredential>>;

/** The accounts and projects that are released to, by the names that the settings give them. */
export function openAzure({
  settings,
  releaseCredential,
  callCredential,
  env,
  clock,
}: {
  settings: AzureSettings;
  releaseCredential(): Promise<Credential>;
  /** Calls models; default: the app's own identity. */
  callCredential?: () => Promise<Credential>;
  env: Record<string, string | undefined>;
  clock: Clock;
}) {
  const patience = { clock, random: Math.random, patienceMs };
  const deploymentsBy = (identity: () => Promise<Credential>) =>
    byName(async (endpoint): Promise<Deployments> => {
      const { createArmDeployments } = await import("../azure/arm-deployments.ts");
      const { ASSAY_ARM_URL: url, ASSAY_FOUNDRY_ACCOUNTS: accounts, ASSAY_OPERATION_MINUTES: minutes } = settings;
      const accountId = named(accounts, "ASSAY_FOUNDRY_ACCOUNTS", endpoint);
      return createArmDeployments({
        ...{ url, accountId, credential: await identity(), operationMs: minutes * 60_000 },
        ...patience,
      });
    });
  const deployments = deploymentsBy(releaseCredential);
  const observed = deploymentsBy(async () => (await import("../azure/credential.ts")).appCredential(env));
  /** The account of a name is at the address that Azure gives it; the only one is where the models are asked. */
  const modelsOf = async (endpoint: string | undefined, timeoutMs: number): Promise<ModelEndpoint> => {
    const { modelAuthorization } = await import("../foundry/authorization.ts");
    const { ASSAY_FOUNDRY_ACCOUNTS: accounts, ASSAY_MODEL_URL, ASSAY_MODEL_KEY } = settings;
    const url = endpoint
      ? `https://${named(accounts, "ASSAY_FOUNDRY_ACCOUNTS", endpoint).split("/").at(-1)}.openai.azure.com/openai/v1`
      : ASSAY_MODEL_URL;
    return {
      url,
      authorization: await modelAuthorization(endpoint ? "" : ASSAY_MODEL_KEY, env, callCredential),
      timeoutMs,
    };
  };
  const call = byName(async (endpoint): Promise<CallDeployment> => {
    const { createDeploymentCall } = await import("../foundry/call-deployment.ts");
    return createDeploymentCall(await modelsOf(endpoint, probeMs), clock);
  });
  const projectOf = async (endpoint: string | undefined, timeoutMs: number): Promise<ProjectEndpoint> => {
    const url = named(settings.ASSAY_FOUNDRY_PROJECTS, "ASSAY_FOUNDRY_PROJECTS", endpoint);
    return { url, credential: await releaseCredential(), timeoutMs };
  };
  const agents = byName(async (endpoint): Promise<Agents> => {
    const { createFoundryAgents } = await import("../foundry/foundry-agents.ts");
    return createFoundryAgents({ ...(await projectOf(endpoint, probeMs)), ...patience });
  });
  return { deployments, observed, call, modelsOf, projectOf, agents };
}

/** A call of Azure is tried again for so long; then the operation waits without a worker. */
const patienceMs = 20_000;
/** A probe without an answer by then is no evidence. */
const probeMs = 5000;

function named(values: ReadonlyMap<string, string>, setting: string, endpoint = ""): string {
  const value = values.get(endpoint);
  if (value !== undefined) return value;
  const what = endpoint
    ? `has no "${endpoint}"`
    : values.size === 0
      ? "is empty"
      : "has several, and the target names none";
  throw new InvalidInputError(`${setting} ${what}: write it there, or mend the target's \`endpoint\`.`);
}
