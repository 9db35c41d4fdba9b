import type { TokenCredential } from "@azure/identity";
import { InvalidInputError } from "../errors.ts";

/** How to reach the product's own storage account: a connection string, or service addresses with an identity. */
export type StorageConnection =
  | { kind: "connectionString"; connectionString: string }
  | { kind: "identity"; blob: string; queue: string; table: string; credential: TokenCredential };

/**
 * Reads the connection that the bindings read too: the setting `AssayStorage` as a connection string, or
 * `AssayStorage__{blob,queue,table}ServiceUri` with the app's identity (`AssayStorage__clientId`: a user-assigned one), or another.
 */
export async function storageConnection(
  env: Record<string, string | undefined>,
  otherCredential?: () => Promise<TokenCredential>,
): Promise<StorageConnection> {
  const connectionString = env.AssayStorage;
  if (connectionString) return { kind: "connectionString", connectionString };
  const [blob, queue, table] = ["blob", "queue", "table"].map((s) => env[`AssayStorage__${s}ServiceUri`]);
  if (!blob || !queue || !table) {
    throw new InvalidInputError(
      "No storage: set AssayStorage to a connection string, or AssayStorage__blobServiceUri, AssayStorage__queueServiceUri and AssayStorage__tableServiceUri.",
    );
  }
  return { kind: "identity", blob, queue, table, credential: await (otherCredential ?? appIdentity)() };

  async function appIdentity(): Promise<TokenCredential> {
    const { appCredential } = await import("../azure/credential.ts");
    return appCredential(env);
  }
}
