import { createAppAuth } from "@octokit/auth-app";
import { Octokit } from "@octokit/core";
import { retry } from "@octokit/plugin-retry";
import { NotFoundError, PermanentError, RetryAfterError, RetryableError } from "../errors.ts";

/** The GitHub App that Assay acts as. */
export interface GitHubApp {
  apiUrl: string;
  appId: number;
  /** PEM */
  privateKey: string;
  /** A call without its whole answer by then counts as failed; default: half a minute. */
  patienceMs?: number;
}

/** What the app asks for in each repository; the token carries no more. */
const usual = {
  checks: "write",
  contents: "read",
  issues: "write",
  pull_requests: "write",
  metadata: "read",
  merge_queues: "read",
} as const;

/** For the few calls that write files or mirror stages, each with a token of its own: an app that was not given it fails there alone. */
export const branchPermissions = { contents: "write", pull_requests: "write", metadata: "read" } as const;
export const deploymentPermissions = { deployments: "write", metadata: "read" } as const;

type Permissions = Readonly<Record<string, "read" | "write">>;

const RetryingOctokit = Octokit.plugin(retry).defaults({
  userAgent: "assay",
  headers: { "x-github-api-version": "2022-11-28" },
  // The library's own log would print whole requests.
  log: { debug() {}, info() {}, warn() {}, error() {} },
});

export type GitHubClient = Octokit;

/** Acts as the app itself: deliveries and installations. */
export function appClient(app: GitHubApp): GitHubClient {
  return new RetryingOctokit({ ...reached(app), authStrategy: createAppAuth, auth: credentials(app) });
}

/** Acts in one repository, with a token for that repository alone; while its id is not known, for the installation's. */
export function repositoryClient(
  app: GitHubApp,
  installationId: number,
  repositoryId?: number,
  permissions: Permissions = usual,
): GitHubClient {
  const repositories = repositoryId === undefined ? {} : { repositoryIds: [repositoryId] };
  return new RetryingOctokit({
    ...reached(app),
    authStrategy: createAppAuth,
    auth: { ...credentials(app), installationId, ...repositories, permissions },
  });
}

/** GitHub's own limit is ten seconds a call; without one of ours an outage that says nothing would hold a worker for minutes. */
function reached({ apiUrl, patienceMs = 30_000 }: GitHubApp) {
  const patient: typeof fetch = (url, init) => {
    const late = AbortSignal.timeout(patienceMs);
    return fetch(url, { ...init, signal: init?.signal ? AbortSignal.any([init.signal, late]) : late });
  };
  return { baseUrl: apiUrl, request: { fetch: patient } };
}

function credentials(app: GitHubApp) {
  return { appId: app.appId, privateKey: app.privateKey };
}

/** For calls that create something: a 500 may come after the side effect, so the caller looks before it tries again. */
export const once = { request: { retries: 0 } };

/** Runs a call and turns GitHub's failures into the house's: what may pass, when, and what never will. */
export async function calling<T>(what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    throw translated(what, thrown);
  }
}

function translated(what: string, thrown: unknown): Error {
  if (!(thrown instanceof Error) || !("status" in thrown)) {
    return new RetryableError(`GitHub did not answer (${what}): ${String(thrown)}`, { cause: thrown });
  }
  const status = Number(thrown.status);
  const wait = status === 403 || status === 429 ? waitOf(thrown) : undefined;
  const message = `GitHub answered ${status} (${what}): ${thrown.message.slice(0, 300)}`;
  if (wait !== undefined) return new RetryAfterError(message, wait, { cause: thrown });
  if (status >= 500 || status === 408 || status === 409) return new RetryableError(message, { cause: thrown });
  if (status === 404) return new NotFoundError(message, { cause: thrown });
  return new PermanentError(message, { cause: thrown });
}

/** Milliseconds to wait after a rate limit: retry-after, else the reset time, else a minute [docs: rate limits]. */
function waitOf(thrown: Error): number | undefined {
  const response =
    "response" in thrown ? (thrown.response as { headers?: Record<string, string> } | undefined) : undefined;
  const headers = response?.headers ?? {};
  const after = Number(headers["retry-after"]);
  if (Number.isFinite(after) && headers["retry-after"] !== undefined) return after * 1000;
  if (headers["x-ratelimit-remaining"] === "0") {
    return Math.max(1000, Number(headers["x-ratelimit-reset"]) * 1000 - Date.now());
  }
  return /rate limit|abuse/i.test(thrown.message) ? 60_000 : undefined;
}

export function statusOf(thrown: unknown): number | undefined {
  return thrown instanceof Error && "status" in thrown ? Number(thrown.status) : undefined;
}

/** What is not there, or not for the app to see. */
export async function undefinedOn404<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (thrown) {
    if (statusOf(thrown) === 404) return undefined;
    throw thrown;
  }
}
