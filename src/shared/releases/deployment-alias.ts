import * as z from "zod";
import { ModelVersion } from "./target-port.ts";

/** Which versioned deployment an alias of ours stands for: raw deployments have none of their own. Table `routes`. */
export const DeploymentAlias = z.object({
  repositoryId: z.number(),
  alias: z.string(),
  deployment: z.string(),
  model: ModelVersion,
  flippedAt: z.string(),
});
export type DeploymentAlias = z.infer<typeof DeploymentAlias>;

export interface Stored<T> {
  value: T;
  etag: string;
}

/** Records that one writer at a time may change: each write names the version that it was made from. */
export interface AliasRecords<T> {
  get(repository: string, name: string): Promise<Stored<T> | undefined>;
  /** False where it was changed since, or made meanwhile by somebody else. `etag` undefined: there was none. */
  set(repository: string, name: string, value: T, etag: string | undefined): Promise<boolean>;
}
