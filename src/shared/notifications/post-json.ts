import { PermanentError, RetryAfterError, RetryableError } from "../errors.ts";

/** Beyond this nobody waits for a receiver. */
const timeoutMs = 10_000;

/** What is shorter is a word, such as `hook`. */
const shortestSecret = 6;

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
  const said = withoutAddress((await response.text().catch(() => "")).slice(0, 10_000), url);
  if (response.ok) return;
  const message = `${channel} answered ${response.status}: ${said || "nothing"}`;
  if (response.status === 429) throw new RetryAfterError(message, waitOf(response));
  if (response.status >= 500 || response.status === 408) throw new RetryableError(message);
  throw new PermanentError(message);
}

/** Servers say back what they were asked for. Long pieces first, so that none is left of a longer one. */
function withoutAddress(said: string, url: string): string {
  const { href, pathname, search, searchParams } = new URL(url);
  const own = [url, href, `${pathname}${search}`, pathname, ...pathname.split("/"), ...searchParams.values()];
  const pieces = [...own, ...own.map(encodeURIComponent)]
    .filter(({ length }) => length >= shortestSecret)
    .sort((one, other) => other.length - one.length);
  const text = pieces.reduce((left, piece) => left.replaceAll(piece, "…"), said);
  return text.replace(/\s+/g, " ").slice(0, 200);
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
  if (thrown.cause instanceof Error && thrown.cause.message === "unexpected redirect")
    return "it redirects; give the address that it leads to";
  return codeOf(thrown.cause) ?? (thrown.name === "TimeoutError" ? "no answer in 10 s" : thrown.name);
}
