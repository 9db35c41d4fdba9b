import * as z from "zod";
import type { Clock } from "../clock.ts";
import { messageOf } from "../errors.ts";
import type { CallDeployment } from "../releases/deployments.ts";
import { callResultOf } from "./call-result.ts";
import type { ModelEndpoint } from "./chat-client.ts";
import { createHttpPost } from "./http-post.ts";

/** The cheapest question that every chat model takes; reasoning models refuse a limit of their tokens below a few. */
const question = { messages: [{ role: "user", content: "Say OK." }] };

const Answer = z.object({ model: z.string() });

/** Calls a deployment of the account at which the model endpoint is. */
export function createDeploymentCall(endpoint: ModelEndpoint, clock: Clock): CallDeployment {
  const url = new URL(`${endpoint.url}/chat/completions`);
  const post = createHttpPost(url.origin, endpoint.timeoutMs);
  return async (deployment) => {
    try {
      const headers = { "content-type": "application/json", ...(await endpoint.authorization()) };
      const started = performance.now();
      const answer = await post(url.pathname, headers, JSON.stringify({ model: deployment, ...question }));
      return callResultOf(answer, performance.now() - started, servedIn, clock.now().getTime());
    } catch (thrown) {
      return { kind: "unknown", reason: `no answer from ${url.origin}: ${messageOf(thrown)}` };
    }
  };
}

function servedIn(text: string): string | undefined {
  try {
    return Answer.safeParse(JSON.parse(text)).data?.model;
  } catch {
    return undefined;
  }
}
