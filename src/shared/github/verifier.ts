import { verifyWithFallback } from "@octokit/webhooks-methods";

/** Compares in constant time, with the secret before the last rotation as the second try. An empty body has no signature. */
export function createVerifier(
  secret: string,
  previous: string,
): (body: string, signature: string) => Promise<boolean> {
  return async (body, signature) =>
    body !== "" && signature !== "" && verifyWithFallback(secret, body, signature, previous ? [previous] : []);
}
