import { appendFileSync } from "node:fs";

export interface LoggedAzureRequest {
  at: string;
  method: string;
  /** With its query. */
  path: string;
  /** `appid` of the token, or its first characters where it is none that can be read. */
  caller: string;
  status: number;
  /** Of writes and calls. */
  body?: unknown;
  /** Whether it changed anything. */
  effect?: string;
  fault?: string;
}

export interface AzureRequestLog {
  add(entry: LoggedAzureRequest): void;
  entries(): readonly LoggedAzureRequest[];
}

/** Every request in order, also line by line in a file, which outlives this process; written before the answer goes out. */
export function createAzureRequestLog(file: string | undefined): AzureRequestLog {
  const entries: LoggedAzureRequest[] = [];
  return {
    add(entry) {
      entries.push(entry);
      if (file) appendFileSync(file, `${JSON.stringify(entry)}\n`);
    },
    entries: () => entries,
  };
}

export function callerOf(authorization: string | undefined): string {
  const token = /^Bearer (.+)$/.exec(authorization ?? "")?.[1];
  if (!token) return "anonymous";
  try {
    const claims = JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString("utf8"));
    return String(claims.appid ?? claims.azp ?? claims.oid ?? token.slice(0, 12));
  } catch {
    return token.slice(0, 12);
  }
}
