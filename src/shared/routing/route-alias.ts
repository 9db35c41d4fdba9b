import * as z from "zod";

/** Which document a route's name stands for now: a small row, the one thing that every request reads. Table `routes`. */
export const RouteAlias = z.object({
  repositoryId: z.number(),
  /** owner/name */
  repository: z.string(),
  name: z.string(),
  /** Its file. */
  path: z.string(),
  digest: z.string(),
  /** The merged commit that brought this document. */
  commit: z.string(),
  publishedAt: z.string(),
  /**
   * What its file held when a release pointed the name elsewhere: publication follows the file's next change, and does not
   * undo a rollback before. Absent where the document is the file's.
   */
  filed: z.string().optional(),
  /** Its file is gone from the default branch. */
  withdrawnAt: z.string().optional(),
});
export type RouteAlias = z.infer<typeof RouteAlias>;

/** The commit whose routes are all published. Table `routes`. */
export const RouteHead = z.object({ repositoryId: z.number(), commit: z.string(), publishedAt: z.string() });
export type RouteHead = z.infer<typeof RouteHead>;

/** `acme:support`: whoever asks knows the repository's name and not its number, so the rows have no other key. */
export const repositoryKey = (repository: string) => repository.toLowerCase().replace("/", ":");
export const aliasKey = (repository: string, name: string) => `${repositoryKey(repository)}:${name}`;

/** Routes as canonical JSON whose sha256 is their digest; content never changes under one. */
export interface RouteDocuments {
  get(repositoryId: number, digest: string): Promise<string | undefined>;
  put(repositoryId: number, digest: string, text: string): Promise<void>;
}

/** What serving reads. */
export interface ServedRoutes {
  /** One read of storage. */
  alias(repository: string, name: string): Promise<RouteAlias | undefined>;
  document: RouteDocuments["get"];
  /** Undefined where nothing was published yet. */
  repositoryId(repository: string): Promise<number | undefined>;
}
