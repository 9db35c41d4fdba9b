import { errorIn } from "../azure/persist.ts";
import type { CallResult } from "../releases/deployments.ts";
import type { HttpAnswer } from "./http-post.ts";
import { retryAfterMs } from "./rate-headers.ts";

/** What an answer of the data plane says of whoever gave it. */
export function callResultOf(
  { status, headers, text }: HttpAnswer,
  latencyMs: number,
  servedIn: (text: string) => string | undefined,
  now: number,
): CallResult {
  if (status === 200) return { kind: "answered", served: servedIn(text), latencyMs };
  const { code = `${status}`, message = text } = errorIn(text) ?? {};
  const reason = `${status}: ${message}`.slice(0, 300);
  if (status === 404 && code === "DeploymentNotFound") return { kind: "notYet", reason };
  // 410: the model is retired; 423: the deployment is paused [docs: model retirements, pause].
  if (status === 404 || status === 410 || status === 423) return { kind: "gone", code, reason };
  if (status === 429) return { kind: "unknown", reason, retryAfterMs: retryAfterMs(headers, now) };
  return { kind: "unknown", reason, ...(status === 400 || status === 422 ? { refused: true } : {}) };
}
