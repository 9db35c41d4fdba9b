import { appendFileSync } from "node:fs";

export interface LoggedRequest {
  at: string;
  method: string;
  path: string;
  /** `app`, `installation`, a login, or `anonymous`. */
  actor: string;
  status: number;
  /** Of writes. */
  body?: unknown;
  /** Id of what a write made or changed. */
  id?: number;
  /** The fault that was played, if any. */
  fault?: string;
  violations?: string[];
}

/** Every request, in order; also line by line in a file, so that it outlives this process. */
export interface RequestLog {
  add(entry: LoggedRequest): void;
  entries(): readonly LoggedRequest[];
}

export function createRequestLog(file: string | undefined): RequestLog {
  const entries: LoggedRequest[] = [];
  return {
    add(entry) {
      entries.push(entry);
      if (file) appendFileSync(file, `${JSON.stringify(entry)}\n`);
    },
    entries: () => entries,
  };
}
