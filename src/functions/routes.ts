import { app, type HttpRequest, type HttpResponseInit } from "@azure/functions";
import { getServices } from "../shared/services.ts";

export async function getRoute(request: HttpRequest): Promise<HttpResponseInit> {
  const { serveRoute } = await import("../shared/routing/serve-route.ts");
  const ports = await (await getServices()).routePorts();
  const { params, query, headers } = request;
  return serveRoute(
    {
      name: params.name ?? "",
      repository: query.get("repository"),
      digest: query.get("digest"),
      ifNoneMatch: headers.get("if-none-match"),
    },
    ports,
  );
}

app.http("get-route", { methods: ["GET"], authLevel: "function", route: "routes/{name}", handler: getRoute });
