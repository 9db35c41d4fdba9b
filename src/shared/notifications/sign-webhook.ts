import { createHmac } from "node:crypto";

/**
 * Headers of a signed webhook as standardwebhooks.com has them, so that receivers find a library: HMAC-SHA256 over id, time
 * and body. The id is the same for every try, so a receiver can drop what it has.
 */
export function signWebhook(secret: string, id: string, at: Date, body: string): Record<string, string> {
  const timestamp = String(Math.floor(at.getTime() / 1000));
  const signature = createHmac("sha256", signingKey(secret)).update(`${id}.${timestamp}.${body}`).digest("base64");
  return { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": `v1,${signature}` };
}

/** The secret as it is, or what `whsec_` and base64 stand for. */
export function signingKey(secret: string): Buffer {
  return secret.startsWith("whsec_") ? Buffer.from(secret.slice("whsec_".length), "base64") : Buffer.from(secret);
}
