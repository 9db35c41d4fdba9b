import { readFileSync } from "node:fs";
import type { AzureLine, GitHubLine, RollbackKill, TableLine } from "./judge.ts";

/** The logs as they lie on the disk; this and the judge import nothing of the product. */
export const readTableLog = (file: string) => linesOf<TableLine>(file);
export const readAzureLog = (file: string) => linesOf<AzureLine>(file);
export const readGitHubLog = (file: string) => linesOf<GitHubLine>(file);
export const readKillLog = (file: string) => linesOf<RollbackKill>(file);

function linesOf<T>(file: string): T[] {
  return readFileSync(file, "utf8")
    .split("\n")
    .filter(Boolean)
    .map((line): T => JSON.parse(line));
}
