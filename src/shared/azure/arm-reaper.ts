import type { ReapedAccount } from "../releases/reaper/reap.ts";
import { type ArmAccess, createArmClient, heldOf } from "./arm-client.ts";
import { orThrow, type Patience, persist } from "./persist.ts";
import { parseAccountId } from "./resource-id.ts";

/** An account's deployments, listed and deleted, by Azure Resource Manager. */
export function createArmReaper(options: ArmAccess & Patience & { accountId: string }): ReapedAccount {
  const { group, account, subscription } = parseAccountId(options.accountId);
  const client = createArmClient(options, subscription);
  return {
    async list() {
      const work = async () => {
        const all = [];
        for await (const one of client.deployments.list(group, account)) all.push(heldOf(one, one.name ?? ""));
        return { all };
      };
      return orThrow(await persist(work, options), `deployments of ${account}`).all;
    },
    remove(name) {
      return persist(async () => {
        // Accepted is enough: whoever looks next hour sees whether it is gone.
        await client.deployments.beginDelete(group, account, name);
        return { kind: "begun" };
      }, options);
    },
  };
}
