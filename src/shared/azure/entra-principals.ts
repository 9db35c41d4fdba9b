import { createRemoteJWKSet, errors, type JWTPayload, jwtVerify } from "jose";
import type { Clock } from "../clock.ts";
import { messageOf } from "../errors.ts";
import type { Principals, Refusal } from "../releases/principals.ts";

export interface EntraOptions {
  /** `https://login.microsoftonline.com/<tenant>/v2.0` [docs: access token claims]. */
  issuer: string;
  tenant: string;
  /** Client ids of this app's registration, in any of the forms that `aud` may have. */
  audiences: readonly string[];
  clock: Clock;
  /** Least time between two looks at the issuer's keys; whoever sends unknown key ids causes no more. */
  keysCooldownMs?: number;
}

/** Entra's signing keys change within a day without notice; an unknown key id is looked up at once [docs: signing key rollover]. */
const keysMaxAgeMs = 12 * 3600_000;
/** An action group waits ten seconds for its answer. */
const keysTimeoutMs = 4000;
/** Microsoft's own middleware allows five minutes; clocks of Azure differ by seconds. */
const clockToleranceSeconds = 60;

/** Tokens of Microsoft Entra ID, verified by their signature, issuer, tenant, audience and time. Nothing turns it off. */
export function createEntraPrincipals(options: EntraOptions): Principals {
  const { issuer, tenant, audiences, clock, keysCooldownMs = 30_000 } = options;
  if (!issuer || !tenant || audiences.length === 0) {
    return { of: async () => unproven("this app has no ASSAY_TOKEN_TENANT and ASSAY_TOKEN_AUDIENCE: set both") };
  }
  // Entra's place for them; the metadata document would cost a call more to say the same.
  const keys = createRemoteJWKSet(new URL(issuer.replace(/\/v2\.0\/?$/, "/discovery/v2.0/keys")), {
    cooldownDuration: keysCooldownMs,
    cacheMaxAge: keysMaxAgeMs,
    timeoutDuration: keysTimeoutMs,
  });
  return {
    async of(authorization) {
      const token = /^Bearer +([\w-]+\.[\w-]+\.[\w-]*)$/i.exec(authorization?.trim() ?? "")?.[1];
      if (!token) return unproven("send a token of Microsoft Entra ID: Authorization: Bearer <token>");
      try {
        const { payload } = await jwtVerify(token, keys, {
          issuer,
          audience: [...audiences],
          algorithms: ["RS256"],
          requiredClaims: ["exp"],
          clockTolerance: clockToleranceSeconds,
          currentDate: clock.now(),
        });
        if (payload.tid !== tenant) return unproven(`the token is of the tenant ${payload.tid}, this app of ${tenant}`);
        return {
          tenant,
          caller: textOf(payload.azp ?? payload.appid),
          subject: textOf(payload.oid ?? payload.sub),
          roles: rolesOf(payload),
        };
      } catch (thrown) {
        return refusalOf(thrown, options);
      }
    },
  };
}

function refusalOf(thrown: unknown, { issuer, audiences }: EntraOptions): Refusal {
  if (thrown instanceof errors.JWTExpired) return unproven("the token has expired: get a new one");
  if (thrown instanceof errors.JWTClaimValidationFailed) {
    if (thrown.claim === "aud") return unproven(`the token is for another audience than ${audiences.join(" or ")}`);
    if (thrown.claim === "iss") {
      return unproven(`the token is of another issuer than ${issuer} (accessTokenAcceptedVersion must be 2)`);
    }
    if (thrown.claim === "nbf")
      return unproven("the token is not valid yet: a clock is wrong, here or where it was made");
    return unproven(`the token's claim ${thrown.claim} is wrong: ${thrown.reason}`);
  }
  if (thrown instanceof errors.JOSEAlgNotAllowed) return unproven("the token is not signed with RS256");
  if (thrown instanceof errors.JWSSignatureVerificationFailed) return unproven("the token's signature does not match");
  if (thrown instanceof errors.JWKSNoMatchingKey)
    return unproven("the token is signed with a key that is not its issuer's");
  if (thrown instanceof errors.JWKSMultipleMatchingKeys)
    return unproven("the token's header names no key of its issuer");
  if (thrown instanceof errors.JOSENotSupported) return unproven("the token's header asks for what is not supported");
  if (thrown instanceof errors.JWTInvalid || thrown instanceof errors.JWSInvalid) return unproven("this is no token");
  // What is left went wrong on the way to the keys: nothing is known of the token, and the sender may try again.
  return { status: 503, reason: `the keys of ${issuer} could not be read: ${messageOf(thrown)}` };
}

function unproven(reason: string): Refusal {
  return { status: 401, reason };
}

function textOf(claim: unknown): string {
  return typeof claim === "string" ? claim : "";
}

function rolesOf({ roles }: JWTPayload): string[] {
  return Array.isArray(roles) ? roles.filter((role) => typeof role === "string") : [];
}
