import { once } from "node:events";
import { createServer } from "node:http";
import { expect, test } from "vitest";
import type { ChatRequest } from "../../../src/shared/evals/model-client.ts";
import { createAgentClient } from "../../../src/shared/foundry/agent-client.ts";
import { accountId, startAzure } from "../../support/azure-server.ts";

const credential = { getToken: async () => ({ token: "test", expiresOnTimestamp: Number.POSITIVE_INFINITY }) };
const request: ChatRequest = {
  deployment: "helper:2",
  messages: [
    { role: "system", content: "You help." },
    { role: "user", content: "What are rivers?" },
  ],
};

/** An endpoint that gives this answer, and what it was sent. */
async function answering(status: number, json: unknown, headers: Record<string, string> = {}) {
  const bodies: unknown[] = [];
  const server = createServer(async (incoming, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk);
    bodies.push({ url: incoming.url, ...JSON.parse(Buffer.concat(chunks).toString("utf8")) });
    response.writeHead(status, headers).end(JSON.stringify(json));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" ? address?.port : 0;
  const endpoint = { url: `http://127.0.0.1:${port}/api/projects/p`, credential, timeoutMs: 5000 };
  const answer = await createAgentClient(endpoint, { name: "helper", version: "2" }).complete(request);
  server.closeAllConnections();
  server.close();
  return { answer, bodies };
}

const message = (text: string) => ({ type: "message", content: [{ type: "output_text", text }] });

test("asks one version, without the prompt's system message, for the agent has instructions of its own", async () => {
  const { answer, bodies } = await answering(200, {
    ...{ status: "completed", model: "gpt-4.1-2025-04-14", agent_reference: { name: "helper", version: "2" } },
    output: [{ type: "reasoning" }, message("Water "), message("that flows.")],
    usage: { input_tokens: 12, output_tokens: 3 },
  });
  expect(bodies).toEqual([
    {
      url: "/api/projects/p/openai/v1/responses",
      input: [{ type: "message", role: "user", content: "What are rivers?" }],
      agent_reference: { type: "agent_reference", name: "helper", version: "2" },
    },
  ]);
  expect(answer).toMatchObject({
    ...{ kind: "answer", outcome: "completed", output: "Water that flows.", answeredBy: "gpt-4.1-2025-04-14" },
    usage: { inputTokens: 12, outputTokens: 3 },
  });
});

test("what was cut short or filtered is a trial; what another version answered is none", async () => {
  const of = async (more: object) => (await answering(200, { output: [message("a")], ...more })).answer;
  const reason = (why: string) => ({ status: "incomplete", incomplete_details: { reason: why } });
  expect(await of(reason("content_filter"))).toMatchObject({ outcome: "filtered" });
  expect(await of(reason("max_output_tokens"))).toMatchObject({ outcome: "truncated" });
  expect(await of({ agent_reference: { version: "1" } })).toMatchObject({
    ...{ kind: "failed", retryable: false, reason: "version 1 of helper answered for 2" },
  });
});

test("bad input: refusals, limits and answers that are none", async () => {
  const refused = { error: { code: "agent_disabled", message: "Agent 'helper' is disabled." } };
  expect((await answering(403, refused)).answer).toMatchObject({ kind: "failed", retryable: false });
  expect((await answering(429, {}, { "retry-after": "3" })).answer).toMatchObject({
    kind: "rateLimited",
    retryAfterMs: 3000,
  });
  expect((await answering(200, { output: "none" })).answer).toMatchObject({ kind: "failed", retryable: true });
  const filtered = { error: { code: "content_filter", message: "filtered" } };
  expect((await answering(400, filtered)).answer).toMatchObject({ kind: "answer", outcome: "filtered" });
  const gone = { url: "http://127.0.0.1:9/api/projects/p", credential, timeoutMs: 1000 };
  const nobody = await createAgentClient(gone, { name: "helper", version: "2" }).complete(request);
  expect(nobody).toMatchObject({ kind: "failed", retryable: true, reason: expect.stringContaining("no answer from") });
});

test("the Foundry stand-in answers as the version that is named, whatever is served", async () => {
  const azure = await startAzure({ pollSeconds: 0, polls: 1, unknownForMs: 0 });
  const deployment = `${accountId}/deployments/chat?api-version=2025-09-01`;
  const model = { format: "OpenAI", name: "gpt-5-mini", version: "2025-08-07" };
  const properties = { model, versionUpgradeOption: "NoAutoUpgrade" };
  await azure.call("PUT", deployment, { sku: { name: "GlobalStandard", capacity: 1 }, properties });
  for (let poll = 0; poll < 3; poll++) await azure.call("GET", deployment);
  const agents = "/acme/api/projects/support/agents";
  const definition = { kind: "prompt", model: "chat", instructions: "You help." };
  await azure.call("POST", agents, { name: "helper", definition });
  await azure.call("POST", `${agents}/helper/versions`, { definition: { ...definition, temperature: 0.2 } });
  const endpoint = { url: `${azure.url}/acme/api/projects/support`, credential, timeoutMs: 5000 };
  const ask = (version: string) => createAgentClient(endpoint, { name: "helper", version }).complete(request);
  for (const version of ["1", "2"])
    expect(await ask(version)).toMatchObject({
      kind: "answer",
      outcome: "completed",
      output: expect.stringMatching(/./),
    });
  expect(await ask("3")).toMatchObject({ kind: "failed", retryable: false });
});
