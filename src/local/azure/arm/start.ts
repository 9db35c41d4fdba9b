import path from "node:path";
import { type StandInProcess, startStandIn } from "../../start-stand-in.ts";

export interface AzureStandInOptions {
  /** 0: any free one. */
  port: number;
  /** Name of the setting that chooses the port, for the error that names it. */
  portSetting?: string;
  seed?: number;
  /** A file that gets a line of JSON for each request. */
  logFile?: string;
  quota?: number;
  polls?: number;
  pollSeconds?: number;
  unknownForMs?: number;
  modelUrl?: string;
}

/** Its `url` is the base of ARM, of `/_standin`, and of `/{account}/api/projects/{project}` and `/{account}/openai/v1`. */
export type AzureStandIn = StandInProcess;

/** Of the local run: one account with one project. */
const account = "assay-local";
const accountId = `/subscriptions/a55a0000-0000-4000-8000-000000000003/resourceGroups/local/providers/Microsoft.CognitiveServices/accounts/${account}`;

/** The app's settings, and the platform's, with which it releases to this stand-in. */
export function azureSettings(url: string): Record<string, string> {
  return {
    ASSAY_ARM_URL: url,
    ASSAY_FOUNDRY_ACCOUNTS: accountId,
    ASSAY_FOUNDRY_PROJECTS: `${url}/${account}/api/projects/local`,
    ASSAY_MODEL_URL: `${url}/${account}/openai/v1`,
    ASSAY_RELEASE_CLIENT_ID: "local-release-identity",
    IDENTITY_ENDPOINT: `${url}/msi/token`,
    IDENTITY_HEADER: "simulated",
  };
}

/** Starts ARM and Foundry, simulated. */
export function startAzureStandIn(options: AzureStandInOptions): Promise<AzureStandIn> {
  return startStandIn({
    main: path.join(import.meta.dirname, "main.ts"),
    name: "Azure stand-in",
    port: options.port,
    portSetting: options.portSetting,
    options: {
      seed: options.seed,
      log: options.logFile,
      quota: options.quota,
      polls: options.polls,
      "poll-seconds": options.pollSeconds,
      "unknown-for-ms": options.unknownForMs,
      "model-url": options.modelUrl,
    },
    errors: "told",
  });
}
