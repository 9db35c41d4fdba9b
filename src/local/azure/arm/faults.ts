import * as z from "zod";

/** What goes wrong with the next `count` requests that match. */
export const AzureFault = z.object({
  kind: z.enum([
    /** 409 RequestConflict: another operation holds the account. */
    "accountBusy",
    /** 409: the resource is mid-change. */
    "notTerminal",
    /** 429 with `retryAfter` seconds. */
    "throttled",
    /** Says yes and changes nothing. */
    "silentNoOp",
    /** 200 whose body is an error. */
    "errorBody",
    "insufficientQuota",
    "modelDeprecated",
    /** The operation ends as Failed, with `code`. */
    "failsLater",
    /** The resource stays in the state "Updating" for `polls` polls, as a migration of provisioned units does. */
    "updating",
    /** The operation says Running for ever. */
    "neverEnds",
    "unauthorized",
    /** The data plane does not know the name yet. */
    "unknownName",
    /** `status` before anything is done. */
    "errorBefore",
    /** 500 after all is done. */
    "errorAfter",
    /** All is done and the connection breaks. */
    "reset",
    /** Answers after `ms`. */
    "slow",
    /** The content filter refuses. */
    "filtered",
  ]),
  method: z.string().optional(),
  /** Part of the path; calls of the data plane have `/openai/deployments/{deployment}` in it however they name theirs. */
  path: z.string().default(""),
  count: z.int().min(1).default(1),
  /** Of the requests that match, evenly spread. */
  share: z.number().gt(0).max(1).default(1),
  retryAfter: z.number().min(0).default(17),
  ms: z.int().min(0).default(1000),
  status: z.int().min(400).max(599).default(500),
  code: z.string().default("InternalServerError"),
  polls: z.int().min(1).default(3),
});
export type AzureFault = z.infer<typeof AzureFault>;

export interface AzureFaults {
  add(fault: AzureFault): void;
  take(method: string, path: string): AzureFault | undefined;
  clear(): void;
}

export function createAzureFaults(): AzureFaults {
  let planned: (AzureFault & { owed: number })[] = [];
  return {
    add: (fault) => void planned.push({ ...fault, owed: 0 }),
    clear: () => {
      planned = [];
    },
    take(method, path) {
      for (const fault of planned) {
        if (!path.includes(fault.path) || (fault.method ?? method) !== method) continue;
        fault.owed += fault.share;
        if (fault.owed < 1 - 1e-9) continue;
        fault.owed -= 1;
        fault.count -= 1;
        if (fault.count === 0) planned = planned.filter((other) => other !== fault);
        return fault;
      }
      return undefined;
    },
  };
}
