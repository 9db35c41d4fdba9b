import { app, type HttpRequest, type HttpResponseInit, type InvocationContext } from "@azure/functions";
import { createLog } from "../shared/log.ts";
import { getServices } from "../shared/services.ts";

const asked = ({ params, query, headers }: HttpRequest) => ({
  route: params.name ?? "",
  repository: query.get("repository"),
  authorization: headers.get("authorization"),
});

/** Anonymous to the host: who may is told by the token, which is verified in code. */
export async function postOverride(request: HttpRequest, context: InvocationContext): Promise<HttpResponseInit> {
  const { postOverride: post } = await import("../shared/releases/overrides/override-api.ts");
  const ports = await (await getServices()).overridePorts(createLog(context));
  const { status, body } = await post({ ...asked(request), body: await request.text() }, ports);
  return { status, jsonBody: body };
}

export async function deleteOverride(request: HttpRequest, context: InvocationContext): Promise<HttpResponseInit> {
  const { deleteOverride: end } = await import("../shared/releases/overrides/override-api.ts");
  const ports = await (await getServices()).overridePorts(createLog(context));
  const { status, body } = await end(asked(request), ports);
  return { status, jsonBody: body };
}

export async function getOverride({ params, query }: HttpRequest): Promise<HttpResponseInit> {
  const { readOverride } = await import("../shared/routing/read-override.ts");
  const ports = await (await getServices()).routePorts();
  return readOverride({ name: params.name ?? "", repository: query.get("repository") }, ports);
}

const [authLevel, route] = ["anonymous", "routes/{name}/override"] as const;
app.http("post-override", { methods: ["POST"], authLevel, route, handler: postOverride });
app.http("get-override", { methods: ["GET"], authLevel: "function", route, handler: getOverride });
app.http("delete-override", { methods: ["DELETE"], authLevel, route, handler: deleteOverride });
