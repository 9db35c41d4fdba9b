import { PermanentError } from "../errors.ts";
import type { RouteAlias, ServedRoutes } from "./route-alias.ts";
import { type Refusal, servedRepository } from "./served-repository.ts";

export interface RouteRequest {
  name: string;
  repository?: string | null;
  /** A document of its own, in place of the one that the name stands for. */
  digest?: string | null;
  ifNoneMatch?: string | null;
}

export interface RouteAnswer {
  status: number;
  headers: Record<string, string>;
  body?: string;
}

export interface RoutePorts {
  routes: ServedRoutes;
  /** owner/name of the repositories that are served. */
  repositories: readonly string[];
}

/**
 * The document that a route's name stands for. The alias is the one read of storage; the document is immutable, so a
 * process that has read it keeps it, and a client that has it is told so (304).
 */
export async function serveRoute(request: RouteRequest, ports: RoutePorts): Promise<RouteAnswer> {
  const found = await findAlias(request, ports);
  if ("status" in found) return refuse(found);
  const { digest: asked } = request;
  if (asked && !/^[0-9a-f]{64}$/.test(asked))
    return refuse({ status: 400, error: "`digest` has to be 64 hex digits." });
  const digest = asked || found.digest;
  const headers = {
    etag: `"${digest}"`,
    // Whoever has the document asks again each time: a route that is taken back holds at once.
    "cache-control": asked ? "private, max-age=31536000, immutable" : "private, no-cache",
    "assay-commit": found.commit,
  };
  if (holds(request.ifNoneMatch, digest)) return { status: 304, headers };
  const body = await ports.routes.document(found.repositoryId, digest);
  if (body === undefined && asked)
    return refuse({ status: 404, error: `There is no document ${digest} of ${found.name}.` });
  if (body === undefined)
    throw new PermanentError(
      `the document ${digest} of the route ${found.name} is gone; the next hour publishes it again`,
    );
  return { status: 200, headers: { ...headers, "content-type": "application/json" }, body };
}

/** The alias of a name, or what the request is told instead. */
export async function findAlias(
  { name, repository: asked }: Pick<RouteRequest, "name" | "repository">,
  { routes, repositories }: RoutePorts,
): Promise<RouteAlias | Refusal> {
  const served = servedRepository(asked, repositories);
  if ("status" in served) return served;
  if (!/^[a-z0-9][a-z0-9-]{0,99}$/.test(name))
    return { status: 400, error: "A route's name has lower-case letters, digits and hyphens, 100 at most." };
  const alias = await routes.alias(served.repository, name);
  if (!alias) return { status: 404, error: `${served.repository} has no published route \`${name}\`.` };
  if (alias.withdrawnAt === undefined) return alias;
  return {
    status: 410,
    error: `The route \`${name}\` was deleted from ${served.repository}; its file was ${alias.path}.`,
  };
}

export function refuse({ status, error }: Refusal): RouteAnswer {
  return { status, headers: { "content-type": "application/json" }, body: JSON.stringify({ error }) };
}

/** If-None-Match: `*`, or a list of tags; proxies make them weak. */
function holds(header: string | null | undefined, digest: string): boolean {
  const tags = (header ?? "").split(",").map((tag) => tag.trim().replace(/^W\//, ""));
  return tags.some((tag) => tag === "*" || tag === `"${digest}"`);
}
