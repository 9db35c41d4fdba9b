import { type CataloguePorts, CatalogueState } from "../releases/catalogue/look-up-models.ts";
import { changeRow } from "./change-row.ts";
import { partitionOf } from "./keys.ts";
import type { Tables } from "./tables.ts";

/** What was made of the model catalogue: row `catalogue` of a repository in table `releases`. */
export function createCatalogueStates(tables: Tables): CataloguePorts["state"] {
  const rows = tables.table("releases");
  return {
    async read(repositoryId) {
      const row = await rows.get(partitionOf(repositoryId), "catalogue");
      return row && CatalogueState.parse(row.value);
    },
    async write(repositoryId, state) {
      const parse = (value: unknown) => CatalogueState.parse(value);
      await changeRow(rows, [partitionOf(repositoryId), "catalogue"], parse, () => state);
    },
  };
}
