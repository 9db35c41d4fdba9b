import type { Clock } from "../clock.ts";
import { PermanentError } from "../errors.ts";
import type { Log } from "../log.ts";
import type { DirectPorts } from "../releases/roll-back-directly.ts";
import { type DirectSettings, readDirectSettings } from "../settings.ts";
import type { StorageConnection } from "../storage/connection.ts";

export interface Direct extends DirectPorts {
  settings: DirectSettings;
  /** Who is signed in. */
  who(): Promise<string>;
}

/** Of Azure Resource Manager: every account of the Azure CLI gets one, so it says who is signed in. */
const armScope = "https://management.azure.com/.default";

/**
 * What a rollback from a laptop reaches: the app's own tables and blobs, its targets, and nobody else. Everything is asked
 * for as whoever is signed in to the Azure CLI, but a storage that is given as a connection string.
 */
export async function openDirect({
  env,
  clock,
  log,
  waiting,
}: {
  env: Record<string, string | undefined>;
  clock: Clock;
  log: Log;
  /** Told of a wait that a person would wonder about. */
  waiting(ms: number): void;
}): Promise<Direct> {
  const { createCliCredential } = await import("../azure/cli-credential.ts");
  const { createTables } = await import("../storage/tables.ts");
  const { createBlobs } = await import("../storage/blobs.ts");
  const { createReleaseStore } = await import("../storage/release-store.ts");
  const { createPromptDocuments, createRouteDocuments } = await import("../storage/route-store.ts");
  const { storageConnection } = await import("../storage/connection.ts");
  const { defaultStageTimes, TellPart } = await import("../releases/operation.ts");
  const { openAzure } = await import("./open-azure.ts");
  const { openTargets } = await import("./open-targets.ts");
  const credential = createCliCredential();
  const connection: StorageConnection = await storageConnection(env, async () => credential);
  const [tables, blobs] = [createTables(connection), createBlobs(connection)];
  const settings = readDirectSettings(env);
  const azure = openAzure({
    settings: {
      ...settings,
      ASSAY_MODEL_URL: settings.ASSAY_MODEL_URL ?? onlyAccount(settings.ASSAY_FOUNDRY_ACCOUNTS),
    },
    releaseCredential: async () => credential,
    callCredential: async () => credential,
    ...{ env, clock },
  });
  const documents = { route: createRouteDocuments(blobs).get, prompt: createPromptDocuments(blobs).get };
  return {
    settings,
    releases: createReleaseStore(tables),
    targets: await openTargets({ ...azure, tables, documents, clock }),
    // The app's timer finds the row: no message has to reach it.
    enqueue: async () => {},
    async later(_operation, waitMs) {
      waiting(waitMs);
      await clock.sleep(waitMs);
    },
    tells: TellPart.options,
    stageTimes: defaultStageTimes,
    overdueMs: settings.ASSAY_OVERDUE_SECONDS * 1000,
    ...{ clock, log },
    async who() {
      const { token } = (await credential.getToken(armScope)) ?? { token: "" };
      return whoIn(token);
    },
  };
}

/** Azure checks the token; here it is only read. A person's name, or an application's id. */
function whoIn(token: string): string {
  const said = claimsOf(token);
  for (const claim of ["upn", "preferred_username", "unique_name", "appid", "oid"])
    if (typeof said[claim] === "string" && said[claim] !== "") return said[claim];
  throw new PermanentError("The Azure CLI's token does not say who is signed in: run `az login` again.");
}

function claimsOf(token: string): Record<string, unknown> {
  try {
    return { ...JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString("utf8")) };
  } catch {
    return {};
  }
}

/** The address of the only account's models; of several the targets name theirs. */
function onlyAccount(accounts: ReadonlyMap<string, string>): string {
  const name = accounts.get("")?.split("/").at(-1);
  return name === undefined ? "" : `https://${name}.openai.azure.com/openai/v1`;
}
