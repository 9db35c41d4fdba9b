import type { AccountModel } from "@azure/arm-cognitiveservices";
import type { OfferedModel } from "../releases/catalogue/catalogue-findings.ts";
import { type ArmAccess, createArmClient } from "./arm-client.ts";
import { orThrow, type Patience, persist } from "./persist.ts";
import { parseAccountId } from "./resource-id.ts";

/** The models that an account is offered where it is, by Azure Resource Manager. */
export async function readCatalogue(options: ArmAccess & Patience & { accountId: string }): Promise<OfferedModel[]> {
  const { group, account, subscription } = parseAccountId(options.accountId);
  const client = createArmClient(options, subscription);
  const work = async () => {
    const models: OfferedModel[] = [];
    for await (const model of client.accounts.listModels(group, account)) models.push(offeredOf(model));
    return { models };
  };
  return orThrow(await persist(work, options), `models of ${account}`).models;
}

function offeredOf(model: AccountModel): OfferedModel {
  const { format = "", name = "", version = "", lifecycleStatus: lifecycle, deprecation, skus = [] } = model;
  const bySku = skus.flatMap(({ deprecationDate }) => (deprecationDate ? [deprecationDate.toISOString()] : [])).sort();
  // A model goes with the last of its SKUs.
  const isOver = skus.length > 0 && bySku.length === skus.length;
  const retiresAt = deprecation?.inference ?? (isOver ? bySku.at(-1) : undefined);
  const { targetModelName, targetModelVersion } = model.replacementConfig ?? {};
  const replacement =
    targetModelName === undefined ? undefined : `${targetModelName} ${targetModelVersion ?? ""}`.trim();
  return { format, name, version, lifecycle, retiresAt, certainty: deprecation?.deprecationStatus, replacement };
}
