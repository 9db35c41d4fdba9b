import type { PipelinePolicy, PipelineRequest, PipelineResponse, SendRequest } from "@azure/core-rest-pipeline";
import type { TokenCredential } from "@azure/identity";

/** The SDK's own policy by this name gives way to it. */
const policyName = "bearerTokenAuthenticationPolicy";

/**
 * Adds a token of the identity to each request. The SDK's own policy speaks to HTTPS alone; this one also to this machine.
 * A 401 is answered with one new token, the challenge's claims asked for: an operation may outlive the token that began it.
 */
export function bearerPolicy(credential: TokenCredential, scope: string): PipelinePolicy {
  async function authorise(request: PipelineRequest, claims?: string): Promise<void> {
    const token = await credential.getToken(scope, claims === undefined ? {} : { claims });
    if (!token)
      throw new Error(`The identity got no token for ${scope}: sign in (az login), or give the app an identity.`);
    request.headers.set("authorization", `Bearer ${token.token}`);
  }
  return {
    name: policyName,
    async sendRequest(request: PipelineRequest, next: SendRequest): Promise<PipelineResponse> {
      const { protocol, hostname, origin } = new URL(request.url);
      const isHere = /^(127\.0\.0\.1|localhost|\[::1\])$/.test(hostname);
      if (protocol !== "https:" && !isHere) throw new Error(`A token is sent over HTTPS alone, not to ${origin}.`);
      if (isHere) request.allowInsecureConnection = true;
      await authorise(request);
      const response = await next(request);
      if (response.status !== 401) return response;
      await authorise(request, claimsOf(response.headers.get("www-authenticate")));
      return next(request);
    },
  };
}

/** Of a challenge by continuous access evaluation [docs: claims challenges]; base64. */
function claimsOf(challenge: string | undefined): string | undefined {
  const [, claims] = /claims="([^"]+)"/.exec(challenge ?? "") ?? [];
  return claims === undefined ? undefined : Buffer.from(claims, "base64").toString("utf8");
}
