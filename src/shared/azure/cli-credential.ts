import { AzureCliCredential } from "@azure/identity";

/** A token of whoever is signed in to the Azure CLI. */
export async function azureCliToken(scope: string): Promise<string> {
  return (await new AzureCliCredential().getToken(scope)).token;
}
