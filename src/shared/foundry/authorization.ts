import type { TokenCredential } from "@azure/identity";

/** Of a project's data plane [ai-projects 2.10: credentials.scopes]. */
export const projectScope = "https://ai.azure.com/.default";

/** The scope of Foundry's and Azure OpenAI's data plane [docs: keyless authentication]. */
const scope = "https://cognitiveservices.azure.com/.default";

/** How a model call is let in: by key, which Azure reads from `api-key` and others as a bearer, or by an identity: the app's, where none is given. */
export async function modelAuthorization(
  key: string,
  env: Record<string, string | undefined>,
  otherCredential?: () => Promise<TokenCredential>,
): Promise<() => Promise<Record<string, string>>> {
  if (key) return async () => ({ "api-key": key, authorization: `Bearer ${key}` });
  const credential = await (otherCredential ?? appIdentity)();
  return async () => {
    // The credential keeps the token and renews it before it ends.
    const token = await credential.getToken(scope);
    return { authorization: `Bearer ${token?.token ?? ""}` };
  };

  async function appIdentity(): Promise<TokenCredential> {
    const { appCredential } = await import("../azure/credential.ts");
    return appCredential(env);
  }
}
