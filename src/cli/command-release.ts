import { messageOf } from "../shared/errors.ts";
import { cliToken } from "../shared/services/cli-token.ts";
import { assayAddress, jsonOf } from "./ask-assay.ts";
import type { Terminal } from "./terminal.ts";
import { UsageError } from "./usage-error.ts";

export interface AskedOfRelease {
  /** `rollback`, `pause`, `promotion`. */
  what: string;
  /** A release's id; of a promotion the manifest's name. */
  release: string;
  repository: string | undefined;
  token: string | undefined;
  body: object;
}

/** Posts what a person asks of a release to the deployed app; what refuses it there is the answer, not an error. */
export async function commandRelease(
  { what, release, repository, token, body }: AskedOfRelease,
  { env }: Terminal,
): Promise<{ ok: boolean; answer: unknown }> {
  const url = new URL(`${assayAddress(env.ASSAY_URL)}/api/releases/${encodeURIComponent(release)}/${what}`);
  if (repository !== undefined) url.searchParams.set("repository", repository);
  const authorization = `Bearer ${(token ?? env.ASSAY_TOKEN) || (await signedIn(env.ASSAY_AUDIENCE))}`;
  let response: Response;
  try {
    response = await fetch(url, {
      ...{ method: "POST", redirect: "error", body: JSON.stringify(body) },
      headers: { authorization, "content-type": "application/json" },
      signal: AbortSignal.timeout(60_000),
    });
  } catch (thrown) {
    throw new UsageError(`${url.origin} cannot be reached: ${messageOf(thrown)}.`, `Check ASSAY_URL.${without(what)}`);
  }
  const text = await response.text();
  const answer = jsonOf(text) ?? { error: text.slice(0, 200) };
  if (response.ok || response.status === 409) return { ok: response.ok, answer };
  const error = typeof answer === "object" && answer !== null && "error" in answer ? String(answer.error) : "";
  throw new UsageError(
    `${url.origin} answers ${response.status}: ${error || "nothing"}`,
    mendOf(response.status, what),
  );
}

async function signedIn(audience: string | undefined): Promise<string> {
  if (!audience)
    throw new UsageError(
      "Nobody is signed in: releases are changed by people with a role.",
      "Set ASSAY_AUDIENCE to the client id of Assay's app registration and run `az login`, or give --token.",
    );
  try {
    return await cliToken(audience);
  } catch (thrown) {
    throw new UsageError(messageOf(thrown), "Run `az login`, or give --token.");
  }
}

/** Nobody who has to go back now should have to look up that there is a way without the app. */
function without(what: string): string {
  return what === "rollback" ? " Where the app is down: the same command with `--direct` goes without it." : "";
}

function mendOf(status: number, what: string): string {
  if (status === 401) return "Run `az login` again, or give --token.";
  if (status === 403) return "Ask for the role Assay.Operator in Assay's app registration.";
  return status >= 500
    ? `Try again; the app's log has the reason.${without(what)}`
    : "`assay help release` says what is asked for.";
}
