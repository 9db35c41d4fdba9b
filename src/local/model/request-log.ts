import { appendFileSync } from "node:fs";

/** One request, from its first byte on; `endAt` is null while it is open. */
export interface LoggedRequest {
  at: string;
  endAt: string | null;
  path: string;
  model: string;
  /** The request's, not the server's. */
  seed: number | null;
  /** sha256 of the body text, hex. */
  digest: string;
  status: number | null;
  /** Requests that were open when this one began, itself included. */
  inFlight: number;
  /** The last user message. */
  question: string;
}

export interface RequestLog {
  entries: readonly LoggedRequest[];
  start(entry: LoggedRequest): void;
  end(entry: LoggedRequest, status: number | null): void;
}

/** Keeps the log, and writes a line at the start and at the end of each request before anything else goes on: a kill loses none. */
export function createRequestLog(file?: string, now: () => Date = () => new Date()): RequestLog {
  const entries: LoggedRequest[] = [];
  const write = (entry: LoggedRequest) => {
    if (file) appendFileSync(file, `${JSON.stringify(entry)}\n`);
  };
  return {
    entries,
    start(entry) {
      entries.push(entry);
      write(entry);
    },
    end(entry, status) {
      entry.endAt = now().toISOString();
      entry.status = status;
      write(entry);
    },
  };
}
