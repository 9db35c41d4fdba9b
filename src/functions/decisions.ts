import { app, type HttpRequest, type HttpResponseInit } from "@azure/functions";
import { getServices } from "../shared/services.ts";

const ports = async () => (await getServices()).decisionPorts();
const asked = ({ params, query }: HttpRequest) => ({ name: params.name ?? "", repository: query.get("repository") });

export async function postDecision(request: HttpRequest): Promise<HttpResponseInit> {
  const { recordDecision } = await import("../shared/routing/record-decision.ts");
  return recordDecision({ ...asked(request), body: await request.text() }, await ports());
}

export async function getDecisions(request: HttpRequest): Promise<HttpResponseInit> {
  const { exportDecisions } = await import("../shared/routing/read-decisions.ts");
  const { query } = request;
  return exportDecisions({ ...asked(request), since: query.get("since"), after: query.get("after") }, await ports());
}

export async function findDecision({ query }: HttpRequest): Promise<HttpResponseInit> {
  const { findDecisions } = await import("../shared/routing/read-decisions.ts");
  return findDecisions({ id: query.get("request"), repository: query.get("repository") }, await ports());
}

const route = "routes/{name}/decisions";
app.http("post-decision", { methods: ["POST"], authLevel: "function", route, handler: postDecision });
app.http("get-decisions", { methods: ["GET"], authLevel: "function", route, handler: getDecisions });
app.http("find-decision", { methods: ["GET"], authLevel: "function", route: "decisions", handler: findDecision });
