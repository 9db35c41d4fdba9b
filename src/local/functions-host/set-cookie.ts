import type { RpcCookie } from "./core-module.ts";

const sameSites: Record<string, string> = { lax: "Lax", strict: "Strict", explicitNone: "None" };

/** The `Set-Cookie` header of a response's cookie [RFC 6265 §4.1]. Name and value are sent as the host sends them: escaped. */
export function setCookie(cookie: RpcCookie): string {
  const sameSite = sameSites[cookie.sameSite ?? ""];
  const expires = cookie.expires && new Date(cookie.expires.value.seconds * 1000).toUTCString();
  const attributes = [
    expires && `Expires=${expires}`,
    cookie.maxAge && `Max-Age=${cookie.maxAge.value}`,
    cookie.domain && `Domain=${cookie.domain.value}`,
    cookie.path && `Path=${cookie.path.value}`,
    cookie.secure?.value && "Secure",
    sameSite && `SameSite=${sameSite}`,
    cookie.httpOnly?.value && "HttpOnly",
  ].filter((attribute) => typeof attribute === "string");
  return [`${cookie.name}=${encodeURIComponent(cookie.value)}`, ...attributes].join("; ");
}
