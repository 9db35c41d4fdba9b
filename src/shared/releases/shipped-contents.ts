import { digestOf } from "../repository/digest.ts";
import type { ReleaseManifest } from "../repository/release.ts";
import type { ReleaseTarget } from "../repository/release-target.ts";

/** Something that a release ships, by a digest that no new name or number changes: what quarantine goes by. */
export interface ShippedContent {
  /** `prompt helper`, `model of chat`; `all of it` is everything together. */
  what: string;
  digest: string;
}

/** All that a manifest ships; the last is the whole, whatever its name, owner and order. */
export function shippedContents(release: ReleaseManifest): ShippedContent[] {
  const contents = [
    ...release.prompts.map(({ name, digest }) => ({ what: `prompt ${name}`, digest })),
    ...release.routes.map(({ name, digest }) => ({ what: `route ${name}`, digest })),
    ...release.schemas.map(({ path, digest }) => ({ what: `schema ${path}`, digest })),
    ...release.targets.flatMap(contentOf),
    ...(release.retrieval ? [{ what: "retrieval index", digest: digestOf({ retrieval: release.retrieval }) }] : []),
  ];
  const all = [...new Set(contents.map(({ digest }) => digest))].sort();
  return [...contents, { what: "all of it", digest: digestOf({ shipped: all }) }];
}

/**
 * What a release ships that the one before did not: after a rollback this is in quarantine, and what both ship is not, or
 * there would be no way back.
 */
export function newContents(release: ReleaseManifest, before: ReleaseManifest | undefined): ShippedContent[] {
  const known = new Set(before ? shippedContents(before).map(({ digest }) => digest) : []);
  return shippedContents(release).filter(({ digest }) => !known.has(digest));
}

function contentOf(target: ReleaseTarget): ShippedContent[] {
  if (target.kind === "agent") {
    const { kind, alias, to } = target;
    return [{ what: `agent ${alias}`, digest: digestOf({ kind, alias, version: to.version }) }];
  }
  if (target.kind !== "deployment" && target.kind !== "inPlace") return [];
  const { model, contentFilter } = target.to;
  const parameters = target.kind === "deployment" ? target.to.parameters : {};
  const digest = digestOf({ alias: target.alias, model, contentFilter, parameters });
  return [{ what: `model of ${target.alias}`, digest }];
}
