import { PermanentError, RetryAfterError, RetryableError } from "../errors.ts";

/** Beyond this nobody waits for a receiver. */
const timeoutMs = 10_000;

/** Posts to an address that is a secret: errors name the channel and never the address. */
export async function postJson(
  channel: string,
  url: string,
  body: string,
  headers: Record<string, string> = {},
): Promise<void> {
  let response: Response;
  try {
    response = await fetch(url, {
      method: "POST",
      body,
      headers: { "content-type": "application/json", "user-agent": "assay", ...headers },
      redirect: "error",
      signal: AbortSignal.timeout(timeoutMs),
    });
  } catch (thrown) {
    throw new RetryableError(`${channel} cannot be reached: ${reasonOf(thrown)}`);
  }
  const said = (await response.text().catch(() => "")).replace(/\s+/g, " ").slice(0, 200);
  if (response.ok) return;
  const message = `${channel} answered ${response.status}: ${said || "nothing"}`;
  if (response.status === 429) throw new RetryAfterError(message, waitOf(response));
  if (response.status >= 500 || response.status === 408) throw new RetryableError(message);
  throw new PermanentError(message);
}

function waitOf(response: Response): number {
  const seconds = Number(response.headers.get("retry-after") ?? "");
  return Number.isFinite(seconds) && seconds > 0 ? Math.min(seconds, 600) * 1000 : 1000;
}

/** A code alone: messages of the platform may hold the address. */
function reasonOf(thrown: unknown): string {
  const codeOf = (value: unknown): string | undefined =>
    typeof value === "object" && value !== null && "code" in value && typeof value.code === "string"
      ? value.code
      : undefined;
  if (!(thrown instanceof Error)) return "no answer";
  return codeOf(thrown.cause) ?? (thrown.name === "TimeoutError" ? "no answer in 10 s" : thrown.name);
}
