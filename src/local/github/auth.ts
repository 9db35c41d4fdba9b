import { createPublicKey, verify } from "node:crypto";
import { HttpError } from "./router.ts";
import type { InstallationToken, Repository, StandInState, User } from "./state.ts";
import { userOf } from "./state.ts";

export type Actor =
  | { kind: "anonymous" }
  | { kind: "app" }
  | { kind: "installation"; token: InstallationToken }
  | { kind: "user"; user: User };

/** Who calls: the App by a signed JWT, an installation or a person by token. Unknown credentials are 401. */
export function authenticate(state: StandInState, authorization: string | undefined): Actor {
  if (!authorization) return { kind: "anonymous" };
  const [scheme = "", credentials = ""] = authorization.split(" ");
  const token =
    scheme.toLowerCase() === "basic"
      ? (Buffer.from(credentials, "base64").toString("utf8").split(":")[1] ?? "")
      : credentials;
  const login = state.tokens.get(token);
  if (login) return { kind: "user", user: userOf(state, login) };
  const installation = state.installationTokens.get(token);
  if (installation && installation.expiresAt > state.now().getTime())
    return { kind: "installation", token: installation };
  if (token.split(".").length === 3 && !token.startsWith("ghs_")) {
    checkJwt(state, token);
    return { kind: "app" };
  }
  throw new HttpError(401, "Bad credentials");
}

/** RS256, issued at most now, for at most ten minutes, by this app [docs: authenticating as a GitHub App]. */
function checkJwt(state: StandInState, token: string): void {
  const [head = "", payload = "", signature = ""] = token.split(".");
  const { alg } = decode(head);
  const { iss, iat, exp } = decode(payload);
  const now = state.now().getTime() / 1000;
  const signed = verify(
    "RSA-SHA256",
    Buffer.from(`${head}.${payload}`),
    createPublicKey(state.app.publicKey),
    Buffer.from(signature, "base64url"),
  );
  if (alg !== "RS256" || !signed) throw new HttpError(401, "A JSON web token could not be decoded");
  if (String(iss) !== String(state.app.id)) throw new HttpError(401, "'Issuer' claim ('iss') must be the app's id");
  if (typeof exp !== "number" || exp < now)
    throw new HttpError(
      401,
      "'Expiration time' claim ('exp') must be a numeric value representing the future time at which the assertion expires",
    );
  if (typeof iat !== "number" || exp - iat > 11 * 60 || iat > now + 60)
    throw new HttpError(401, "'Expiration time' claim ('exp') is too far in the future");
}

function decode(part: string): Record<string, unknown> {
  try {
    return JSON.parse(Buffer.from(part, "base64url").toString("utf8"));
  } catch {
    throw new HttpError(401, "A JSON web token could not be decoded");
  }
}

const ranks: Record<string, number> = { read: 1, write: 2, admin: 3 };

/** 404 where the actor cannot see the repository, 403 where it may not do this. */
export function authorize(actor: Actor, repository: Repository, needs: string | undefined): void {
  const [permission = "metadata", level = "read"] = (needs ?? "metadata:read").split(":");
  if (actor.kind === "installation") {
    const { repositoryIds, permissions } = actor.token;
    if (repositoryIds && !repositoryIds.includes(repository.id)) throw new HttpError(404, "Not Found");
    if (permission !== "metadata" && (ranks[permissions[permission] ?? ""] ?? 0) < (ranks[level] ?? 1)) {
      throw new HttpError(403, "Resource not accessible by integration");
    }
    return;
  }
  if (actor.kind === "user") {
    if (permission === "checks" && level === "write")
      throw new HttpError(403, "You must authenticate via a GitHub App.");
    const own = ranks[permissionOf(repository, actor.user.login)] ?? 0;
    if (own === 0) throw new HttpError(404, "Not Found");
    const open = permission === "issues" || permission === "pull_requests";
    if (level === "write" && own < 2 && !open) throw new HttpError(403, "Must have push access to the repository.");
    return;
  }
  if (repository.private || level === "write" || actor.kind === "app")
    throw new HttpError(
      actor.kind === "app" ? 403 : 404,
      actor.kind === "app" ? "Resource not accessible by integration" : "Not Found",
    );
}

/** Everyone may read a public repository. */
export function permissionOf(repository: Repository, login: string): string {
  return (
    repository.permissions.get(login) ?? (repository.owner === login ? "admin" : repository.private ? "none" : "read")
  );
}
