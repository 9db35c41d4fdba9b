import { messageOf, PermanentError } from "../errors.ts";

/** A token of whoever is signed in to the Azure CLI, for the app registration of an Assay. */
export async function cliToken(audience: string): Promise<string> {
  const { azureCliToken } = await import("../azure/cli-credential.ts");
  try {
    return await azureCliToken(`${audience}/.default`);
  } catch (cause) {
    throw new PermanentError(`The Azure CLI gives no token for ${audience}: ${messageOf(cause).slice(0, 300)}`, {
      cause,
    });
  }
}
