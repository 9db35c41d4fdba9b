import { generateKeyPairSync } from "node:crypto";
import { expect, test } from "vitest";
import { systemClock } from "../../src/shared/clock.ts";
import { createServices } from "../../src/shared/services.ts";

test("bad input: a worker that cannot reach the row of its deployment's limit says so in its log", async () => {
  const storage = "DefaultEndpointsProtocol=http;AccountName=a;AccountKey=YQ==;TableEndpoint=http://127.0.0.1:9/a;";
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const services = createServices(
    {
      AssayStorage: `${storage}BlobEndpoint=http://127.0.0.1:9/a;QueueEndpoint=http://127.0.0.1:9/a;`,
      ASSAY_GITHUB_APP_ID: "1",
      ASSAY_GITHUB_PRIVATE_KEY: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
      ASSAY_GITHUB_WEBHOOK_SECRET: "a-secret-of-some-length",
      ASSAY_REPOSITORIES: "acme/support",
      ASSAY_MODEL_URL: "http://127.0.0.1:9/v1",
    },
    systemClock,
  );
  const told = Promise.withResolvers<Record<string, unknown> | undefined>();
  const log = {
    info() {},
    error() {},
    warn: (event: string, facts?: Record<string, unknown>) =>
      void (event === "limits.unreachable" && told.resolve(facts)),
  };
  const { limiters } = await services.gatePorts(log);
  const limiter = await limiters();
  void limiter.leaving(0).acquire("gpt", new Date(Date.now() + 1000));
  expect(await told.promise).toMatchObject({ deployment: "gpt", why: expect.stringContaining("127.0.0.1:9") });
  await limiter.close();
}, 60_000);
