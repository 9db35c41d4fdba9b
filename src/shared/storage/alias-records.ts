import type { AliasRecords, DeploymentAlias } from "../releases/deployment-alias.ts";
import { DeploymentAlias as DeploymentAliasRow } from "../releases/deployment-alias.ts";
import { aliasKey, PromptAlias, RouteAlias } from "../routing/route-alias.ts";
import { partitionOf } from "./keys.ts";
import type { Tables } from "./tables.ts";

/** Whoever asks knows the repository's name and not its number. */
const house = partitionOf(0);

/** Which versioned deployment an alias stands for. Table `routes`. */
export function createDeploymentAliases(tables: Tables): AliasRecords<DeploymentAlias> {
  return createAliasRecords(tables, "deployment:", (value) => DeploymentAliasRow.parse(value));
}

/** Which document a route's name stands for: the row that every request reads. */
export function createRouteAliases(tables: Tables): AliasRecords<RouteAlias> {
  return createAliasRecords(tables, "alias:", (value) => RouteAlias.parse(value));
}

/** Which document a prompt's name stands for. */
export function createPromptAliases(tables: Tables): AliasRecords<PromptAlias> {
  return createAliasRecords(tables, "prompt:", (value) => PromptAlias.parse(value));
}

function createAliasRecords<T extends object>(
  tables: Tables,
  prefix: string,
  parse: (value: unknown) => T,
): AliasRecords<T> {
  const rows = tables.table("routes");
  const keyOf = (repository: string, name: string) => prefix + aliasKey(repository, name);
  return {
    async get(repository, name) {
      const row = await rows.get(house, keyOf(repository, name));
      return row && { value: parse(row.value), etag: row.etag };
    },
    async set(repository, name, value, etag) {
      const rowKey = keyOf(repository, name);
      if (etag === undefined) return rows.insert(house, rowKey, value);
      return rows.replace({ partitionKey: house, rowKey, etag, value: {} }, value);
    },
  };
}
