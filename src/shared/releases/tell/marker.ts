import type { Operation } from "../operation.ts";
import { standingOf } from "./severity.ts";

/** The first line of what the app writes. The author is checked beside it: anyone can paste a marker. */
export function markerOf(kind: string, facts: object): string {
  // Nothing in it may end the comment.
  const text = JSON.stringify(facts).replaceAll("<", "\\u003c").replaceAll(">", "\\u003e").replaceAll("--", "-\\u002d");
  return `${openingOf(kind)}${text} -->`;
}

/** What the marker of a text says; undefined where it has none of that kind. */
export function markedFacts(body: string, kind: string): object | undefined {
  const opening = openingOf(kind);
  if (!body.startsWith(opening)) return undefined;
  try {
    const facts: unknown = JSON.parse(body.slice(opening.length, body.indexOf(" -->")));
    return typeof facts === "object" && facts !== null ? facts : undefined;
  } catch {
    return undefined;
  }
}

export function marker(operation: Operation): string {
  const { releaseId, operationId } = operation;
  return markerOf("release", { release: releaseId, operation: operationId, standing: standingOf(operation) });
}

export function hasMarker(body: string, operation: Operation): boolean {
  return body.startsWith(marker(operation));
}

/** Of the same release, by whatever operation. */
export function isAbout(body: string, { releaseId }: Operation): boolean {
  const facts = markedFacts(body, "release");
  return facts !== undefined && "release" in facts && facts.release === releaseId;
}

const openingOf = (kind: string) => `<!-- assay:${kind}:v1 `;
