import { app, type HttpRequest, type HttpResponseInit, type InvocationContext } from "@azure/functions";
import { createLog } from "../shared/log.ts";
import { getServices } from "../shared/services.ts";

/** Anonymous to the host: who may post is told by the token, which is verified in code. */
export async function postAlert(request: HttpRequest, context: InvocationContext): Promise<HttpResponseInit> {
  const { receiveAlert } = await import("../shared/releases/alerts/receive-alert.ts");
  const services = await getServices();
  const { status, body } = await receiveAlert(
    {
      header: (name) => request.headers.get(name),
      body: async () => new Uint8Array(await request.arrayBuffer()),
    },
    { ...(await services.receiveAlertPorts()), log: createLog(context) },
  );
  return { status, jsonBody: body };
}

app.http("post-alert", { methods: ["POST"], authLevel: "anonymous", route: "alerts", handler: postAlert });
