import type { Deployment, DeploymentsCreateOrUpdateOptionalParams } from "@azure/arm-cognitiveservices";
import { isRestError } from "@azure/core-rest-pipeline";
import * as z from "zod";
import type { Deployments, WantedDeployment } from "../releases/deployments.ts";
import { defaultContentFilter, type Refused } from "../releases/target-port.ts";
import { type ArmAccess, createArmClient, heldOf } from "./arm-client.ts";
import { refusalOf } from "./next-try.ts";
import { errorIn, orThrow, type Patience, persist } from "./persist.ts";
import { parseAccountId } from "./resource-id.ts";

export interface ArmOptions extends ArmAccess, Patience {
  accountId: string;
  /** After so long an operation counts as one that never ends. */
  operationMs: number;
}

/** A poll comes no sooner, whatever Retry-After says [core-lro: default interval]. */
const leastPollMs = 2000;

/** An operation under way: core-lro's own state, and when it was begun. */
const Resume = z.object({ since: z.number(), state: z.string() });

type Begun = { done: boolean; state: string; waitMs: number };

/** The deployments of an account, by Azure Resource Manager. */
export function createArmDeployments(options: ArmOptions): Deployments {
  const { clock, operationMs, patienceMs } = options;
  const { group, account, subscription } = parseAccountId(options.accountId);
  const client = createArmClient(options, subscription);

  /** One request: the write itself, or with `from` a look at how far it is. */
  async function ask(name: string, wanted: WantedDeployment, from?: string): Promise<Begun | Refused> {
    const answers: { status: number; text: string | null | undefined; header(name: string): string | undefined }[] = [];
    const params: DeploymentsCreateOrUpdateOptionalParams = {
      ...(from === undefined ? {} : { resumeFrom: from }),
      onResponse: ({ status, bodyAsText, headers }) =>
        answers.push({ status, text: bodyAsText, header: (header) => headers.get(header) }),
    };
    try {
      const poller = await client.deployments.beginCreateOrUpdate(group, account, name, onWire(wanted), params);
      const told = from === undefined ? errorIn(answers[0]?.text) : undefined;
      if (told) return refusalOf({ status: answers[0]?.status ?? 0, ...told }, undefined);
      const waitMs = Math.max(leastPollMs, 1000 * (Number(answers.at(-1)?.header("retry-after")) || 0));
      return { done: poller.isDone(), state: poller.toString(), waitMs };
    } catch (thrown) {
      const [first] = answers;
      // The write was accepted and the look at it, which the client takes at once, was not: the operation goes on.
      const place = first && first.status < 300 ? (first.header("azure-asyncoperation") ?? "") : "";
      if (from === undefined && place) return { done: false, state: stateOf(place), waitMs: leastPollMs };
      // The write was said to be done and what it made is not there: the caller's own look says so, as of every write.
      if (first && first.status < 300 && answers.length > 1 && answers.at(-1)?.status === 404)
        return { done: true, state: "", waitMs: 0 };
      const last = errorIn(answers.at(-1)?.text);
      // An operation that ended badly is no RestError.
      if (!isRestError(thrown) && last) return refusalOf({ status: answers.at(-1)?.status ?? 0, ...last }, undefined);
      throw thrown;
    }
  }

  return {
    async get(name) {
      const work = async () => ({ held: await client.deployments.get(group, account, name).catch(undefinedOn404) });
      const { held } = orThrow(await persist(work, options), `deployment ${name}`);
      return held && heldOf(held, name);
    },
    async put(name, wanted, resume) {
      const known = resume === undefined ? undefined : Resume.parse(JSON.parse(resume));
      const since = known?.since ?? clock.now().getTime();
      const until = clock.now().getTime() + patienceMs;
      let state = known?.state;
      for (;;) {
        const from = state;
        const begun = await persist(() => ask(name, wanted, from), options);
        if ("kind" in begun) {
          // What could not be looked at goes on; only the look is to be repeated.
          if (from === undefined || begun.retryAfterMs === undefined) return begun;
          return { kind: "pending", resume: JSON.stringify({ since, state: from }), retryAfterMs: begun.retryAfterMs };
        }
        if (begun.done) return { kind: "written" };
        state = begun.state;
        const now = clock.now().getTime();
        if (now - since > operationMs)
          return { kind: "refused", code: "Deadline", reason: `${name} was not ready after ${operationMs / 1000} s` };
        if (now + begun.waitMs > until)
          return { kind: "pending", resume: JSON.stringify({ since, state }), retryAfterMs: begun.waitMs };
        await clock.sleep(begun.waitMs);
      }
    },
  };
}

/** As core-lro 2 writes it. */
function stateOf(operationLocation: string): string {
  const config = { operationLocation, metadata: { mode: "OperationLocation" } };
  return JSON.stringify({ state: { status: "running", config } });
}

function undefinedOn404(thrown: unknown): undefined {
  if (isRestError(thrown) && thrown.statusCode === 404) return undefined;
  throw thrown;
}

function onWire({ model, sku, raiPolicyName, tags }: WantedDeployment): Deployment {
  return {
    sku,
    tags,
    properties: {
      model,
      versionUpgradeOption: "NoAutoUpgrade",
      raiPolicyName: raiPolicyName ?? defaultContentFilter,
    },
  };
}
