import * as z from "zod";
import { Override } from "./override.ts";

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
  /** What an operator said of it last, whether that still holds or not; beside the digest, so that serving is one read. */
  override: Override.optional(),
  /** Those that it replaced, newest first: clients decide under one for a while yet, and tell of it after the call. */
  earlier: z.array(Override).optional(),
  /** Its file is gone from the default branch. */
  withdrawnAt: z.string().optional(),
});
export type RouteAlias = z.infer<typeof RouteAlias>;

/** What an operator said of a name outlives the document that it stands for. */
export function saidOf(alias: RouteAlias | undefined): Pick<RouteAlias, "override" | "earlier"> {
  const { override, earlier } = alias ?? {};
  return { ...(override ? { override } : {}), ...(earlier ? { earlier } : {}) };
}

/** The override of this id, where it is the last or one of those before. */
export function overrideById({ override, earlier = [] }: RouteAlias, id: string): Override | undefined {
  return [...(override ? [override] : []), ...earlier].find((own) => own.id === id);
}

/** Which document a prompt's name stands for, as `RouteAlias` does for a route's. Table `routes`. */
export const PromptAlias = RouteAlias.extend({
  /** sha256 of the document's bytes; `digest` is the prompt's own identity, which manifests name. */
  document: z.string(),
});
export type PromptAlias = z.infer<typeof PromptAlias>;

/** The commit whose routes and prompts are all published. Table `routes`. */
export const RouteHead = z.object({
  repositoryId: z.number(),
  commit: z.string(),
  publishedAt: z.string(),
  /** Documents that wait for a release: `route:<digest>`, `prompt:<digest>`. */
  waiting: z.array(z.string()).optional(),
});
export type RouteHead = z.infer<typeof RouteHead>;

/** `acme:support`: whoever asks knows the repository's name and not its number, so the rows have no other key. */
export const repositoryKey = (repository: string) => repository.toLowerCase().replace("/", ":");
export const aliasKey = (repository: string, name: string) => `${repositoryKey(repository)}:${name}`;

/** Routes as canonical JSON whose sha256 is their digest; content never changes under one. */
export interface RouteDocuments {
  get(repositoryId: number, digest: string): Promise<string | undefined>;
  put(repositoryId: number, digest: string, text: string): Promise<void>;
}

/** Prompts as canonical JSON, by the prompt's own digest; content never changes under one. */
export type PromptDocuments = RouteDocuments;

/** What serving a prompt reads. */
export interface ServedPrompts {
  /** One read of storage. */
  alias(repository: string, name: string): Promise<PromptAlias | undefined>;
  document: PromptDocuments["get"];
}

/** What serving a route reads. */
export interface ServedRoutes {
  /** One read of storage. */
  alias(repository: string, name: string): Promise<RouteAlias | undefined>;
  document: RouteDocuments["get"];
  /** Undefined where nothing was published yet. */
  repositoryId(repository: string): Promise<number | undefined>;
}
