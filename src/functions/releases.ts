import { app, type HttpRequest, type HttpResponseInit, type InvocationContext } from "@azure/functions";
import { createLog } from "../shared/log.ts";
import { getServices } from "../shared/services.ts";

const asked = ({ params, query, headers }: HttpRequest) => ({
  releaseId: params.id ?? "",
  repository: query.get("repository"),
  authorization: headers.get("authorization"),
});

/** Anonymous to the host: who asks is told by the token, which is verified in code. */
export async function postRollback(request: HttpRequest, context: InvocationContext): Promise<HttpResponseInit> {
  const { postRollback: post } = await import("../shared/releases/rollback-api.ts");
  const ports = await (await getServices()).rollbackApiPorts(createLog(context));
  const { status, body } = await post({ ...asked(request), body: await request.text() }, ports);
  return { status, jsonBody: body };
}

export async function getReleases(request: HttpRequest, context: InvocationContext): Promise<HttpResponseInit> {
  const { getReleases: get } = await import("../shared/releases/list-releases.ts");
  const { status, body } = await get(asked(request), await (await getServices()).rollbackApiPorts(createLog(context)));
  return { status, jsonBody: body };
}

export async function getRelease(request: HttpRequest, context: InvocationContext): Promise<HttpResponseInit> {
  const { getRelease: get } = await import("../shared/releases/rollback-api.ts");
  const ports = await (await getServices()).rollbackApiPorts(createLog(context));
  const { status, body } = await get(asked(request), ports);
  return { status, jsonBody: body };
}

const authLevel = "anonymous";
app.http("get-releases", { methods: ["GET"], authLevel, route: "releases", handler: getReleases });
app.http("get-release", { methods: ["GET"], authLevel, route: "releases/{id}", handler: getRelease });
app.http("post-rollback", { methods: ["POST"], authLevel, route: "releases/{id}/rollback", handler: postRollback });
