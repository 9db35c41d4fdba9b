import type { RateHeaders } from "../evals/limits/limiter.ts";

type Headers = Record<string, string | string[] | undefined>;

/** Where a provider names no time, a rate-limited call waits this long [OpenAI cookbook: first back-off]. */
const defaultRetryAfterMs = 1000;

/** `x-ratelimit-*` as OpenAI and Azure send them; undefined where none of them is a number. */
export function rateHeadersOf(headers: Headers): RateHeaders | undefined {
  const rate: RateHeaders = {};
  const numbers = {
    limitRequests: countOf(headers["x-ratelimit-limit-requests"]),
    remainingRequests: countOf(headers["x-ratelimit-remaining-requests"]),
    limitTokens: countOf(headers["x-ratelimit-limit-tokens"]),
    remainingTokens: countOf(headers["x-ratelimit-remaining-tokens"]),
    resetMs: resetOf(headers),
  };
  for (const name of Object.keys(numbers) as (keyof typeof numbers)[]) {
    const value = numbers[name];
    if (value !== undefined) rate[name] = value;
  }
  return Object.keys(rate).length > 0 ? rate : undefined;
}

/** `retry-after-ms`, else `retry-after` in seconds or as a date [RFC 9110 §10.2.3; Azure OpenAI sends both]. */
export function retryAfterMs(headers: Headers, now: number): number {
  const ms = countOf(headers["retry-after-ms"]);
  if (ms !== undefined) return ms;
  const after = headers["retry-after"];
  if (typeof after !== "string") return defaultRetryAfterMs;
  const seconds = countOf(after);
  if (seconds !== undefined) return seconds * 1000;
  const date = Date.parse(after);
  return Number.isNaN(date) ? defaultRetryAfterMs : Math.max(0, date - now);
}

/** A limit of -1 is none [Azure OpenAI, deployments without a request limit]; so is rubbish. */
function countOf(header: string | string[] | undefined): number | undefined {
  if (typeof header !== "string" || header.trim() === "") return undefined;
  const value = Number(header);
  return Number.isFinite(value) && value >= 0 ? value : undefined;
}

const unitMs: Record<string, number> = { h: 3_600_000, m: 60_000, s: 1000, ms: 1 };

/** Of the two limits the one that is whole later: `1s`, `6m0s`, `120ms`, or seconds. */
function resetOf(headers: Headers): number | undefined {
  const times = ["x-ratelimit-reset-requests", "x-ratelimit-reset-tokens"]
    .map((name) => durationOf(headers[name]))
    .filter((time) => time !== undefined);
  return times.length > 0 ? Math.max(...times) : undefined;
}

function durationOf(header: string | string[] | undefined): number | undefined {
  const seconds = countOf(header);
  if (seconds !== undefined) return seconds * 1000;
  if (typeof header !== "string" || !/^(\d+(\.\d+)?(h|ms|m|s))+$/.test(header)) return undefined;
  return [...header.matchAll(/(\d+(?:\.\d+)?)(h|ms|m|s)/g)].reduce(
    (sum, [, value, unit = ""]) => sum + Number(value) * (unitMs[unit] ?? 0),
    0,
  );
}
