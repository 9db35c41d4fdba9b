import { createFinding, type Finding, type Position } from "./finding.ts";

export type ResolvedReference = { path: string } | { finding: Finding };

/**
 * A path written in a file, relative to that file's folder, as a path from the repository's root. Absolute paths, URLs,
 * backslashes and paths that climb out of the repository are findings.
 */
export function resolveReference(from: string, reference: string, at: Partial<Position> = {}): ResolvedReference {
  const shown = reference.slice(0, 120);
  const outside = (why: string) => ({
    finding: createFinding("file/outside", { path: from, ...at }, `\`${shown}\` ${why}.`),
  });
  if (/^[A-Za-z][A-Za-z0-9+.-]*:/.test(reference)) return outside("is a URL or a drive, not a path of this repository");
  if (reference.startsWith("/")) return outside("is absolute");
  if (/[\\\0]/.test(reference)) return outside("has a backslash or a null character");
  const parts = from.split("/").slice(0, -1);
  for (const part of reference.split("/")) {
    if (part === "" || part === ".") continue;
    if (part === ".." && parts.pop() === undefined) return outside("leads out of the repository");
    if (part !== "..") parts.push(part);
  }
  return { path: parts.join("/") };
}
