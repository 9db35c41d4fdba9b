import type { SpendStore } from "../evals/spend.ts";
import { SpendState } from "../evals/spend-state.ts";
import { changeRow } from "./change-row.ts";
import { partitionOf } from "./keys.ts";
import type { Tables } from "./tables.ts";

/** What a repository's runs and days have spent. */
export function createSpendStore(tables: Tables, repositoryId: number): SpendStore {
  return {
    change: (scope, next) =>
      changeRow(tables.table("spend"), [partitionOf(repositoryId), scope], SpendState.parse, next),
  };
}
