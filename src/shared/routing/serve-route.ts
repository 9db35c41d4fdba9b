import type { Clock } from "../clock.ts";
import { isActive, overrideHeader } from "./override.ts";
import type { RouteAlias, ServedRoutes } from "./route-alias.ts";
import {
  cacheControl,
  type DocumentAnswer,
  type DocumentRequest,
  findNamed,
  holds,
  readDocument,
  refuse,
} from "./serve-document.ts";
import type { Refusal } from "./served-repository.ts";

export interface RoutePorts {
  clock: Clock;
  routes: ServedRoutes;
  /** owner/name of the repositories that are served. */
  repositories: readonly string[];
}

/**
 * The document that a route's name stands for. The alias is the one read of storage; the document is immutable, so a
 * process that has read it keeps it, and a client that has it is told so (304).
 */
export async function serveRoute(request: DocumentRequest, ports: RoutePorts): Promise<DocumentAnswer> {
  const found = await findAlias(request, ports);
  if ("status" in found) return refuse(found);
  const { digest: asked } = request;
  const digest = asked || found.digest;
  const { override } = found;
  const headers = {
    ...{ etag: `"${digest}"`, "cache-control": cacheControl(asked), "assay-commit": found.commit },
    // What holds now stands beside the document, which never changes; with 304, too.
    ...(!asked && isActive(override, ports.clock.now()) ? { "assay-override": overrideHeader(override) } : {}),
  };
  const isHeld = holds(request.ifNoneMatch, digest);
  if (isHeld && digest === found.digest) return { status: 304, headers };
  const body = await readDocument("route", found, asked, ports.routes.document);
  if (typeof body !== "string") return refuse(body);
  if (isHeld) return { status: 304, headers };
  return { status: 200, headers: { ...headers, "content-type": "application/json" }, body };
}

/** The alias of a name, or what the request is told instead. */
export function findAlias(
  request: Pick<DocumentRequest, "name" | "repository" | "digest">,
  { routes, repositories }: RoutePorts,
): Promise<RouteAlias | Refusal> {
  return findNamed(request, { kind: "route", alias: routes.alias, repositories });
}
