import { DefaultAzureCredential, ManagedIdentityCredential, type TokenCredential } from "@azure/identity";

/**
 * The app's identity. In Azure (where the platform sets IDENTITY_ENDPOINT) the managed identity, named by
 * `AssayStorage__clientId` or AZURE_CLIENT_ID where it is user-assigned, or another of the app's by its client id; elsewhere the developer's own sign-in.
 */
export async function appCredential(
  env: Record<string, string | undefined>,
  otherClientId = "",
): Promise<TokenCredential> {
  if (!env.IDENTITY_ENDPOINT) return new DefaultAzureCredential();
  const clientId = otherClientId || (env.AssayStorage__clientId ?? env.AZURE_CLIENT_ID);
  return clientId ? new ManagedIdentityCredential({ clientId }) : new ManagedIdentityCredential();
}
