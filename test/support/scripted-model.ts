import { createServer, type ServerResponse } from "node:http";
import { wobblyAnswer } from "./ai-repository.ts";

export interface ScriptedCall {
  at: number;
  system: string;
  user: string;
  deployment: string;
  seed?: number;
}

/**
 * A model endpoint that does what the system prompt's `mode:` says, so that a test decides what a prompt is worth; a deployment
 * named `half-…` or `bad-…` decides it for every prompt.
 */
export interface ScriptedModel {
  url: string;
  calls: ScriptedCall[];
  latencyMs: number;
  /** No call is answered before this. */
  held?: Promise<void> | undefined;
  stop(): void;
}

type Body = { model: string; seed?: number; messages: { role: string; content: string }[] };

const modes: Record<string, (response: ServerResponse, body: Body) => void> = {
  good: (response, body) => answer(response, body, `ok: ${body.messages.at(-1)?.content}`),
  bad: (response, body) => answer(response, body, "nothing to see"),
  // Bad for questions with an even number.
  half: (response, body) =>
    answer(
      response,
      body,
      Number(/\d+/.exec(body.messages.at(-1)?.content ?? "")?.[0] ?? 0) % 2 === 0 ? "nothing to see" : "ok",
    ),
  wobblyBase: (response, body) =>
    answer(response, body, wobblyAnswer("wobblyBase", body.messages.at(-1)?.content ?? "", body.seed)),
  wobblyHead: (response, body) =>
    answer(response, body, wobblyAnswer("wobblyHead", body.messages.at(-1)?.content ?? "", body.seed)),
  filter: (response) => {
    const innererror = {
      code: "ResponsibleAIPolicyViolation",
      content_filter_result: { hate: { filtered: true, severity: "high" } },
    };
    send(response, 400, { error: { code: "content_filter", message: "filtered", innererror } });
  },
  fail: (response) =>
    send(response, 401, { error: { code: "401", message: "Access denied due to invalid subscription key" } }),
};

function answer(response: ServerResponse, body: Body, content: string): void {
  send(response, 200, {
    model: `${body.model}-scripted`,
    choices: [{ index: 0, finish_reason: "stop", message: { role: "assistant", content } }],
    usage: { prompt_tokens: 20, completion_tokens: 5, total_tokens: 25 },
  });
}

function send(response: ServerResponse, status: number, json: object): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(json));
}

export async function startScriptedModel(): Promise<ScriptedModel> {
  const calls: ScriptedCall[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body: Body = JSON.parse(Buffer.concat(chunks).toString("utf8"));
    const system = body.messages[0]?.content ?? "";
    calls.push({
      at: Date.now(),
      system,
      user: body.messages.at(-1)?.content ?? "",
      deployment: body.model,
      ...(body.seed === undefined ? {} : { seed: body.seed }),
    });
    const mode = /^(half|bad)-/.exec(body.model)?.[1] ?? /mode: (\w+)/.exec(system)?.[1] ?? "good";
    await model.held;
    setTimeout(() => (modes[mode] ?? modes.good)?.(response, body), model.latencyMs);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the model has no port");
  const model: ScriptedModel = {
    url: `http://127.0.0.1:${address.port}/v1`,
    calls,
    latencyMs: 5,
    stop() {
      server.close();
      server.closeAllConnections();
    },
  };
  return model;
}
