import { app, type HttpRequest, type HttpResponseInit, type InvocationContext } from "@azure/functions";
import { createLog } from "../shared/log.ts";
import { getServices } from "../shared/services.ts";

const asked = async (request: HttpRequest) => ({
  releaseId: request.params.id ?? "",
  repository: request.query.get("repository"),
  authorization: request.headers.get("authorization"),
  body: await request.text(),
});

/** Anonymous to the host: who asks is told by the token, which is verified in code. */
export async function postPause(request: HttpRequest, context: InvocationContext): Promise<HttpResponseInit> {
  const { postPause: post } = await import("../shared/releases/promotion-api.ts");
  const ports = await (await getServices()).rollbackApiPorts(createLog(context));
  const { status, body } = await post(await asked(request), ports);
  return { status, jsonBody: body };
}

export async function postLift(request: HttpRequest, context: InvocationContext): Promise<HttpResponseInit> {
  const { postLift: post } = await import("../shared/releases/promotion-api.ts");
  const ports = await (await getServices()).rollbackApiPorts(createLog(context));
  const { status, body } = await post(await asked(request), ports);
  return { status, jsonBody: body };
}

export async function postPromotion(request: HttpRequest, context: InvocationContext): Promise<HttpResponseInit> {
  const { postPromotion: post } = await import("../shared/releases/promotion-api.ts");
  const services = await getServices();
  const log = createLog(context);
  const ports = { ...(await services.promotePorts(log)), ...(await services.rollbackApiPorts(log)) };
  const { status, body } = await post(await asked(request), ports);
  return { status, jsonBody: body };
}

const authLevel = "anonymous";
app.http("post-pause", { methods: ["POST"], authLevel, route: "releases/{id}/pause", handler: postPause });
app.http("post-lift", { methods: ["POST"], authLevel, route: "releases/{id}/lift", handler: postLift });
app.http("post-promotion", { methods: ["POST"], authLevel, route: "releases/{id}/promotion", handler: postPromotion });
