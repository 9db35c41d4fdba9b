import { app, type HttpRequest, type HttpResponseInit, type InvocationContext } from "@azure/functions";
import { receiveWebhook } from "../shared/deliveries/receive.ts";
import { createLog } from "../shared/log.ts";
import { getServices } from "../shared/services.ts";

export async function githubWebhook(request: HttpRequest, context: InvocationContext): Promise<HttpResponseInit> {
  const services = await getServices();
  const answer = await receiveWebhook(
    { header: (name) => request.headers.get(name), body: new Uint8Array(await request.arrayBuffer()) },
    { ...(await services.receivePorts()), log: createLog(context) },
  );
  return { status: answer.status, jsonBody: answer.body };
}

app.http("github-webhook", {
  methods: ["POST"],
  authLevel: "anonymous",
  route: "github/webhook",
  handler: githubWebhook,
});
