import { app, type HttpResponseInit } from "@azure/functions";

/** Says that the app is loaded; it reaches for nothing. */
export async function health(): Promise<HttpResponseInit> {
  return { jsonBody: { status: "ok" } };
}

app.http("health", { methods: ["GET"], authLevel: "anonymous", route: "health", handler: health });
