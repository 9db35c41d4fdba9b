import { app, type HttpRequest, type HttpResponseInit } from "@azure/functions";
import { getServices } from "../shared/services.ts";

export async function getPrompt(request: HttpRequest): Promise<HttpResponseInit> {
  const { servePrompt } = await import("../shared/routing/serve-prompt.ts");
  const ports = await (await getServices()).promptPorts();
  const { params, query, headers } = request;
  return servePrompt(
    {
      name: params.name ?? "",
      repository: query.get("repository"),
      stage: query.get("stage"),
      digest: query.get("digest"),
      ifNoneMatch: headers.get("if-none-match"),
    },
    ports,
  );
}

app.http("get-prompt", { methods: ["GET"], authLevel: "function", route: "prompts/{name}", handler: getPrompt });
