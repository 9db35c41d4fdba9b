import { InvalidInputError } from "../errors.ts";

export interface AccountId {
  subscription: string;
  group: string;
  account: string;
}

const pattern =
  /^\/subscriptions\/([^/]+)\/resourceGroups\/([^/]+)\/providers\/Microsoft\.CognitiveServices\/accounts\/([^/]+)$/i;

/** The resource id of a Foundry account, taken apart. */
export function parseAccountId(id: string): AccountId {
  const [, subscription, group, account] = pattern.exec(id.trim()) ?? [];
  if (subscription !== undefined && group !== undefined && account !== undefined)
    return { subscription, group, account };
  throw new InvalidInputError(
    `"${id}" is no resource id of a Foundry account: write /subscriptions/…/resourceGroups/…/providers/Microsoft.CognitiveServices/accounts/NAME.`,
  );
}
