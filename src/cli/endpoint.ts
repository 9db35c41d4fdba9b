import type { CommandArguments, CommandOption } from "./command.ts";
import { wholeNumber } from "./read-arguments.ts";
import type { Terminal } from "./terminal.ts";
import { UsageError } from "./usage-error.ts";

/** Each call at a time is a worker in memory. */
const mostAtATime = 10_000;
/** A day; what a timer holds ends at 24 of them, and then it fires at once. */
const mostSeconds = 86_400;

export const endpointOptions: Record<string, CommandOption> = {
  endpoint: {
    type: "string",
    value: "URL",
    description: "model endpoint in the OpenAI format, /chat/completions is added to it; default $ASSAY_MODEL_URL",
  },
  model: {
    type: "string",
    value: "M",
    short: "m",
    description: "deployment (or DEPLOYMENT@VERSION) to ask, in place of what the prompts say",
  },
  "key-env": {
    type: "string",
    value: "NAME",
    description: "environment variable that holds the key; default ASSAY_MODEL_KEY. A key is never an argument",
  },
  concurrency: {
    type: "string",
    value: "N",
    short: "c",
    description: "calls at a time at most; default 20. Fewer where the deployment's headers or refusals ask for it",
  },
  "production-share": {
    type: "string",
    value: "SHARE",
    description:
      "share (0 to 0.99) of the limit that the deployment's headers tell which is left to production; default: the policy's productionShare, else 0.5",
  },
  timeout: {
    type: "string",
    value: "SECONDS",
    description: "until a call without an answer counts as failed; default 120",
  },
};

export interface Endpoint {
  url: string;
  key: string;
  timeoutMs: number;
  concurrency: number;
  /** In place of the policy's. */
  productionShare?: number;
}

/** The endpoint that is named, by option or environment. @throws UsageError where there is none, or it is no URL */
export function readEndpoint(given: CommandArguments, { env }: Terminal): Endpoint {
  const text = given.text("endpoint") ?? env.ASSAY_MODEL_URL;
  if (!text)
    throw new UsageError(
      "No model endpoint is named.",
      "Add --endpoint URL, e.g. --endpoint http://127.0.0.1:11434/v1, or set ASSAY_MODEL_URL.",
    );
  const variable = given.text("key-env") ?? "ASSAY_MODEL_KEY";
  const key = env[variable] ?? "";
  if (given.text("key-env") !== undefined && key === "")
    throw new UsageError(
      `The environment variable ${variable} is not set.`,
      "Set it to the endpoint's key, or leave out --key-env.",
    );
  const productionShare = shareOf(given.text("production-share"));
  return {
    url: urlOf(text),
    key,
    timeoutMs: wholeNumber(given, "timeout", 120, mostSeconds) * 1000,
    concurrency: wholeNumber(given, "concurrency", 20, mostAtATime),
    ...(productionShare === undefined ? {} : { productionShare }),
  };
}

function shareOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const share = /^\d*\.?\d+$/.test(text) ? Number(text) : Number.NaN;
  if (share >= 0 && share < 1) return share;
  throw new UsageError(
    `\`--production-share ${text}\` is no share.`,
    "Write a number from 0 (nothing is left to production) to below 1, e.g. 0.25.",
  );
}

function urlOf(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^https?:$/.test(url.protocol))
    throw new UsageError(
      `The endpoint \`${text}\` is no http or https URL.`,
      "Write for example https://NAME.openai.azure.com/openai/v1.",
    );
  if (url.username || url.password)
    throw new UsageError(
      "The endpoint's URL holds a user name or a password.",
      "Leave them out and set ASSAY_MODEL_KEY.",
    );
  return text.replace(/\/+$/, "").replace(/\/chat\/completions$/, "");
}
