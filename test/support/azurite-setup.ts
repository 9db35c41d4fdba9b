import { createServer } from "node:http";
import type { TestProject } from "vitest/node";
import { type Azurite, startAzurite } from "../../src/local/azurite.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** Where a test file asks for the Azurite that the whole run shares. */
    azuriteUrl: string;
  }
}

let azurite: Promise<Azurite> | undefined;
const server = createServer(async (_request, response) => {
  try {
    azurite ??= startAzurite();
    response.end((await azurite).connectionString);
  } catch (thrown) {
    response.writeHead(500).end(String(thrown));
  }
});

/** One Azurite for the whole run, started when the first test file asks for it: most runs of a few tests need none. */
export async function setup(project: TestProject): Promise<void> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  project.provide("azuriteUrl", `http://127.0.0.1:${address.port}`);
}

export async function teardown(): Promise<void> {
  server.close();
  server.closeAllConnections();
  await (await azurite)?.stop();
}
