import { once } from "node:events";
import type { Server } from "node:http";
import { afterEach } from "vitest";
import * as z from "zod";
import type { AzureFault } from "../../src/local/azure/arm/faults.ts";
import { createAzureServer } from "../../src/local/azure/arm/server.ts";
import type { AzureOptions } from "../../src/local/azure/arm/state.ts";

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

export const group =
  "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg/providers/Microsoft.CognitiveServices";
export const accountId = `${group}/accounts/acme`;

const Logged = z.object({
  method: z.string(),
  path: z.string(),
  status: z.number(),
  caller: z.string(),
  effect: z.string().optional(),
  body: z.unknown().optional(),
});

export interface AzureServer {
  url: string;
  /** A call with a token; the answer's status and JSON. */
  call(
    method: string,
    path: string,
    body?: unknown,
    type?: string,
  ): Promise<{ status: number; json: unknown; headers: Headers }>;
  fault(fault: Partial<AzureFault> & Pick<AzureFault, "kind">): Promise<void>;
  clear(): Promise<void>;
  set(route: "settings" | "models", body: object): Promise<void>;
  log(): Promise<z.infer<typeof Logged>[]>;
  /** What changed, in order. */
  effects(): Promise<string[]>;
}

/** ARM and Foundry, simulated, over real HTTP; gone after the test. */
export async function startAzure(options: AzureOptions = {}): Promise<AzureServer> {
  const server = createAzureServer(options);
  servers.push(server);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
  const admin = async (method: string, path: string, body?: unknown) => {
    const response = await fetch(`${url}/_standin/${path}`, {
      method,
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    if (!response.ok) throw new Error(await response.text());
    return response;
  };
  const log = async () => z.array(Logged).parse(await (await admin("GET", "log")).json());
  return {
    url,
    async call(method, path, body, type = "application/json") {
      const headers = { authorization: "Bearer test", "content-type": type };
      const init = { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
      const response = await fetch(url + path, init);
      const text = await response.text();
      return { status: response.status, json: text ? JSON.parse(text) : undefined, headers: response.headers };
    },
    fault: async (fault) => void (await admin("POST", "faults", fault)),
    clear: async () => void (await admin("DELETE", "faults")),
    set: async (route, body) => void (await admin("POST", route, body)),
    log,
    effects: async () => (await log()).flatMap(({ effect }) => effect ?? []),
  };
}
