import { readFileSync } from "node:fs";
import type { GitHubLine, Kill, ModelLine } from "./judge.ts";

/** The stand-ins' logs as they lie on the disk, line by line; this and the judge import nothing of the product. */
export function readGitHubLog(file: string): GitHubLine[] {
  return linesOf<GitHubLine>(file);
}

/** A line at the start of a call, and one at its end; time, body and the number of open calls tell them apart. */
export function readModelLog(file: string): ModelLine[] {
  const calls = new Map<string, ModelLine>();
  for (const { at, endAt, digest, inFlight, status } of linesOf<LoggedCall>(file)) {
    const endedAt = endAt ? Date.parse(endAt) : undefined;
    calls.set(`${at} ${digest} ${inFlight}`, { digest, startedAt: Date.parse(at), endedAt, status: status ?? 0 });
  }
  return [...calls.values()];
}

/** Every killed worker's last words: it writes them before it dies of its order, or its killer does. */
export function readKillLog(file: string): Kill[] {
  return linesOf<Kill>(file);
}

interface LoggedCall {
  at: string;
  endAt: string | null;
  digest: string;
  inFlight: number;
  status: number | null;
}

function linesOf<T>(file: string): T[] {
  return readFileSync(file, "utf8")
    .split("\n")
    .filter(Boolean)
    .map((line): T => JSON.parse(line));
}
