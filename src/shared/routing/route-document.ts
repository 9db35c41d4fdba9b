import { canonicalJson } from "../repository/digest.ts";
import { type Route, RouteFile } from "../repository/route.ts";

/** A route as it is served: canonical JSON, so that the sha256 of its bytes is its digest. */
export function routeDocument({ path: _path, digest: _digest, positions: _positions, ...file }: Route): string {
  return canonicalJson(file);
}

/** A served document, read back; `path` says in errors where it comes from. */
export function readRouteDocument(text: string, digest: string, path: string): Route {
  return { ...RouteFile.parse(JSON.parse(text)), path, digest, positions: {} };
}
