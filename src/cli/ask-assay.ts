import { messageOf } from "../shared/errors.ts";
import type { Terminal } from "./terminal.ts";
import { UsageError } from "./usage-error.ts";

/** Asks the deployed app; its address and function key come from the environment, never from arguments. */
export async function askAssay(
  path: string,
  query: Record<string, string | undefined>,
  { env }: Terminal,
): Promise<unknown> {
  const url = new URL(`${assayAddress(env.ASSAY_URL)}/api/${path}`);
  for (const [name, value] of Object.entries(query)) if (value !== undefined) url.searchParams.set(name, value);
  const headers: Record<string, string> = env.ASSAY_KEY ? { "x-functions-key": env.ASSAY_KEY } : {};
  let response: Response;
  try {
    response = await fetch(url, { headers, redirect: "error", signal: AbortSignal.timeout(30_000) });
  } catch (thrown) {
    throw new UsageError(`${url.origin} cannot be reached: ${messageOf(thrown)}.`, "Check ASSAY_URL.");
  }
  if (response.status === 401 || response.status === 403)
    throw new UsageError(
      `${url.origin} refuses the key (${response.status}).`,
      "Set ASSAY_KEY to a function key of the app.",
    );
  const text = await response.text();
  const body = jsonOf(text);
  if (response.ok && body !== undefined) return body;
  const error = typeof body === "object" && body !== null && "error" in body ? String(body.error) : text.slice(0, 200);
  throw new UsageError(`${url.origin} answers ${response.status}: ${error || "nothing"}`, mendOf(response.status));
}

function mendOf(status: number): string {
  return status >= 500 ? "Try again; the app's log has the reason." : "Check ASSAY_URL and what was asked for.";
}

export function assayAddress(text: string | undefined): string {
  if (!text)
    throw new UsageError(
      "No Assay is named: recorded decisions are kept by the deployed app.",
      "Set ASSAY_URL to its address, e.g. https://NAME.azurewebsites.net, and ASSAY_KEY to a function key.",
    );
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isNear = url !== undefined && ["localhost", "127.0.0.1", "[::1]"].includes(url.hostname);
  if (url?.protocol !== "https:" && !(url?.protocol === "http:" && isNear))
    throw new UsageError(`ASSAY_URL is \`${text}\`, which is no https address.`, "The key is sent over TLS alone.");
  return text.replace(/\/+$/, "").replace(/\/api$/, "");
}

/** Undefined where it is none. */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
