import { findSecrets } from "../redaction/find-secrets.ts";
import { createFinding, type Finding } from "./finding.ts";
import { readText, sizeLimits } from "./read-text.ts";

/** Findings of one file; whoever has more has to look through the whole file anyway. */
const mostFindings = 20;

/**
 * Secrets anywhere in a file, comments included: what is committed is read by everyone who can read the repository. The
 * finding names the kind and never the secret.
 */
export function secretFindings(path: string, bytes: Uint8Array): Finding[] {
  const read = readText(path, bytes, sizeLimits.dataset);
  if ("finding" in read) return [];
  const owner = ownerOf(path);
  let line = 1;
  let lineStart = 0;
  return findSecrets(read.text)
    .slice(0, mostFindings)
    .map(({ rule, start, end, advisory }) => {
      for (
        let next = read.text.indexOf("\n", lineStart);
        next >= 0 && next < start;
        next = read.text.indexOf("\n", lineStart)
      ) {
        line += 1;
        lineStart = next + 1;
      }
      const at = { path, line, column: start - lineStart + 1 };
      const oneLine = !read.text.slice(start, end).includes("\n");
      const place = oneLine ? { ...at, endLine: line, endColumn: end - lineStart + 1 } : at;
      const code = advisory ? (`${owner}/possible-secret` as const) : (`${owner}/secret` as const);
      return createFinding(code, place, `This looks like a secret (${rule}).`);
    });
}

function ownerOf(path: string): "prompt" | "route" | "release" | "foundry" | "case" {
  if (path.endsWith(".prompt.md")) return "prompt";
  if (path.startsWith("releases/")) return "release";
  if (path.startsWith("foundry/")) return "foundry";
  return path.startsWith("routing/") ? "route" : "case";
}
