import { createFinding, type Finding, type Position } from "./finding.ts";

/** A digest that is not the content's, with the one that is. */
export function staleDigest(at: { path: string } & Partial<Position>, of: string, is: string): Finding {
  return createFinding("release/stale-digest", at, `The digest is not that of ${of} as it is.`, `Write \`${is}\`.`);
}
