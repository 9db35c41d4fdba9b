import { AzureCliCredential, type TokenCredential } from "@azure/identity";

/** A token is asked for anew so long before it ends. */
const earlyMs = 5 * 60_000;

/** Whoever is signed in to the Azure CLI. Each token costs a process of `az`, so it is kept until shortly before its end. */
export function createCliCredential(now: () => number = Date.now): TokenCredential {
  const cli = new AzureCliCredential();
  const kept = new Map<string, ReturnType<AzureCliCredential["getToken"]>>();
  return {
    async getToken(scopes, options) {
      const key = JSON.stringify([scopes, options?.tenantId]);
      const known = await kept.get(key)?.catch(() => undefined);
      if (known && known.expiresOnTimestamp - now() > earlyMs && !options?.claims) return known;
      const asked = cli.getToken(scopes, options);
      kept.set(key, asked);
      return asked;
    },
  };
}

/** A token of whoever is signed in to the Azure CLI. */
export async function azureCliToken(scope: string): Promise<string> {
  return (await new AzureCliCredential().getToken(scope)).token;
}
