import { createServer } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

/** Answers every request with the same completion after the milliseconds that it was started with. */
const latencyMs = Number(process.argv[2]);
const answer = JSON.stringify({
  id: "chatcmpl-bench",
  object: "chat.completion",
  model: "gpt-4.1-mini-2025-04-14",
  choices: [
    {
      index: 0,
      finish_reason: "stop",
      message: {
        role: "assistant",
        content: "A plain answer of one sentence, as a model would give it.",
        refusal: null,
      },
    },
  ],
  usage: { prompt_tokens: 20, completion_tokens: 12, total_tokens: 32 },
});

const server = createServer(async (request, response) => {
  request.resume();
  await sleep(latencyMs);
  response.writeHead(200, { "content-type": "application/json", "content-length": Buffer.byteLength(answer) });
  response.end(answer);
});
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  process.send?.(`http://127.0.0.1:${typeof address === "object" ? address?.port : 0}/v1`);
});
process.on("disconnect", () => process.exit(0));
