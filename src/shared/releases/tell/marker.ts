import type { Operation } from "../operation.ts";
import { standingOf } from "./severity.ts";

const opening = "<!-- assay:release:v1 ";

/** The first line of what the app writes about an operation. The author is checked beside it: anyone can paste a marker. */
export function marker(operation: Operation): string {
  const { releaseId, operationId } = operation;
  const facts = JSON.stringify({ release: releaseId, operation: operationId, standing: standingOf(operation) });
  // Nothing in it may end the comment.
  return `${opening}${facts.replaceAll("<", "\\u003c").replaceAll(">", "\\u003e").replaceAll("--", "-\\u002d")} -->`;
}

export function hasMarker(body: string, operation: Operation): boolean {
  return body.startsWith(marker(operation));
}

/** Of the same release, by whatever operation. */
export function isAbout(body: string, { releaseId }: Operation): boolean {
  if (!body.startsWith(opening)) return false;
  try {
    const facts: unknown = JSON.parse(body.slice(opening.length, body.indexOf(" -->")));
    return typeof facts === "object" && facts !== null && "release" in facts && facts.release === releaseId;
  } catch {
    return false;
  }
}
