import { messageOf, PermanentError } from "../errors.ts";

/** A token of whoever is signed in to the Azure CLI, for the app registration of an Assay. */
export async function cliToken(audience: string): Promise<string> {
  const { AzureCliCredential } = await import("../azure/cli-credential.ts");
  try {
    const found = await new AzureCliCredential().getToken(`${audience}/.default`);
    return found.token;
  } catch (cause) {
    throw new PermanentError(`The Azure CLI gives no token for ${audience}: ${messageOf(cause).slice(0, 300)}`, {
      cause,
    });
  }
}
