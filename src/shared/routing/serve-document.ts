import { PermanentError } from "../errors.ts";
import type { RouteAlias } from "./route-alias.ts";
import { type Refusal, servedRepository } from "./served-repository.ts";

/** What is asked for by its name. */
export interface DocumentRequest {
  name: string;
  repository?: string | null;
  /** A document of its own, in place of the one that the name stands for. */
  digest?: string | null;
  ifNoneMatch?: string | null;
}

export interface DocumentAnswer {
  status: number;
  headers: Record<string, string>;
  body?: string;
}

/** Where the names of one kind are looked up, and of which repositories. */
export interface Names<A extends RouteAlias> {
  kind: "route" | "prompt";
  alias(repository: string, name: string): Promise<A | undefined>;
  /** owner/name of the repositories that are served. */
  repositories: readonly string[];
}

/** The alias of a name, or what the request is told instead. */
export async function findNamed<A extends RouteAlias>(
  { name, repository: asked, digest }: Pick<DocumentRequest, "name" | "repository" | "digest">,
  { kind, alias: read, repositories }: Names<A>,
): Promise<A | Refusal> {
  const served = servedRepository(asked, repositories);
  if ("status" in served) return served;
  if (!/^[a-z0-9][a-z0-9-]{0,99}$/.test(name))
    return { status: 400, error: `A ${kind}'s name has lower-case letters, digits and hyphens, 100 at most.` };
  const alias = await read(served.repository, name);
  if (!alias) return { status: 404, error: `${served.repository} has no published ${kind} \`${name}\`.` };
  if (alias.withdrawnAt !== undefined)
    return {
      status: 410,
      error: `The ${kind} \`${name}\` was deleted from ${served.repository}; its file was ${alias.path}.`,
    };
  if (digest && !/^[0-9a-f]{64}$/.test(digest)) return { status: 400, error: "`digest` has to be 64 hex digits." };
  return alias;
}

/** The document of this name that was asked for by its digest, or that the name stands for. */
export async function readDocument(
  kind: "route" | "prompt",
  found: RouteAlias,
  asked: string | null | undefined,
  read: (repositoryId: number, digest: string) => Promise<string | undefined>,
): Promise<string | Refusal> {
  const digest = asked || found.digest;
  const body = await read(found.repositoryId, digest);
  // Documents are kept by digest alone: another name's is found there, too.
  if (body !== undefined && (digest === found.digest || JSON.parse(body).name === found.name)) return body;
  if (asked) return { status: 404, error: `There is no document ${digest} of ${found.name}.` };
  throw new PermanentError(
    `the document ${digest} of the ${kind} ${found.name} is gone; the next hour publishes it again`,
  );
}

/** Whoever has the document asks again each time: what is taken back holds at once. What was asked by digest never changes. */
export function cacheControl(asked: string | null | undefined): string {
  return asked ? "private, max-age=31536000, immutable" : "private, no-cache";
}

export function refuse({ status, error }: Refusal): DocumentAnswer {
  return { status, headers: { "content-type": "application/json" }, body: JSON.stringify({ error }) };
}

/** If-None-Match: `*`, or a list of tags; proxies make them weak. */
export function holds(header: string | null | undefined, digest: string): boolean {
  const tags = (header ?? "").split(",").map((tag) => tag.trim().replace(/^W\//, ""));
  return tags.some((tag) => tag === "*" || tag === `"${digest}"`);
}
