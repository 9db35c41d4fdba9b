import { DeploymentLimit } from "../evals/limits/deployment-limit.ts";
import type { LimitStore } from "../evals/limits/leased-limiter.ts";
import { changeRow } from "./change-row.ts";
import { partitionOf } from "./keys.ts";
import type { Tables } from "./tables.ts";

/** A row a deployment of an endpoint, which all workers of the house share whatever repository they work for. */
export function createLimitStore(tables: Tables, endpoint: string): LimitStore {
  // A RowKey takes none of / \ # ? [Table service, key fields].
  const keyOf = (text: string) => encodeURIComponent(text).replaceAll("%", "~");
  return {
    change: (deployment, next) =>
      changeRow(
        tables.table("limits"),
        [partitionOf(0), `deployment:${keyOf(endpoint)}:${keyOf(deployment)}`],
        DeploymentLimit.parse,
        next,
      ),
  };
}
