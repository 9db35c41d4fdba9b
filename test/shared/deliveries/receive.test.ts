import { createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import type { Delivery, WorkMessage } from "../../../src/shared/deliveries/delivery.ts";
import type { Claim } from "../../../src/shared/deliveries/delivery-store.ts";
import { maxBodyBytes, receiveWebhook } from "../../../src/shared/deliveries/receive.ts";
import { createVerifier } from "../../../src/shared/github/verifier.ts";
import { reportRows, testWithData } from "../../support/data.ts";
import { createMemoryLog } from "../../support/log.ts";
import { createManualClock } from "../../support/manual-clock.ts";

const secret = "webhook-test-secret";
const sent: WorkMessage[] = [];
const claimed: Delivery[] = [];
const finished: string[] = [];
const digests: string[] = [];
let nextClaim: Claim = "fresh";

beforeEach(() => {
  sent.length = claimed.length = finished.length = digests.length = 0;
  nextClaim = "fresh";
});

const ports = (repositories: string[], previous = "") => ({
  verify: createVerifier(secret, previous),
  repositories,
  clock: createManualClock(),
  log: createMemoryLog(),
  queues: {
    work: async (message: WorkMessage) => void sent.push(message),
    shard: async () => {},
    conclude: async () => {},
  },
  deliveries: {
    claim: async (delivery: Delivery, bodyDigest: string) => {
      claimed.push(delivery);
      digests.push(bodyDigest);
      return nextClaim;
    },
    markEnqueued: async () => {},
    start: async () => undefined,
    finish: async (_id: number, _delivery: string, outcome: string) => void finished.push(outcome),
    overdue: async () => [],
  },
});

const opened = JSON.stringify({
  action: "opened",
  number: 3,
  pull_request: { number: 3, head: { sha: "a".repeat(40), ref: "x" }, base: { sha: "b".repeat(40), ref: "main" } },
  repository: { id: 9, full_name: "Acme/Support", default_branch: "main" },
  sender: { login: "ada", type: "User" },
});

function request(body: string | Uint8Array, headers: Record<string, string | undefined> = {}, key = secret) {
  const all: Record<string, string | undefined> = {
    "content-type": "application/json",
    "x-github-event": "pull_request",
    "x-github-delivery": "6f1e0000-0000-0000-0000-000000000001",
    "x-hub-signature-256": `sha256=${createHmac("sha256", key).update(body).digest("hex")}`,
    ...headers,
  };
  return { header: (name: string) => all[name] ?? null, body: Buffer.from(body) };
}

describe("receiveWebhook", () => {
  test("a signed delivery is claimed, enqueued by its ids alone, and accepted", async () => {
    const answer = await receiveWebhook(request(opened), ports(["acme/support"]));
    expect(answer).toMatchObject({ status: 202, body: { outcome: "enqueued" } });
    expect(sent).toEqual([{ kind: "delivery", repositoryId: 9, deliveryId: "6f1e0000-0000-0000-0000-000000000001" }]);
    expect(claimed[0]).toMatchObject({ pull: 3, headSha: "a".repeat(40), action: "opened", sender: "ada" });
  });

  test("the secret before the last rotation still counts", async () => {
    const old = request(opened, {}, "old-secret");
    expect((await receiveWebhook(old, ports(["acme/support"]))).status).toBe(401);
    expect((await receiveWebhook(old, ports(["acme/support"], "old-secret"))).status).toBe(202);
  });

  test("a duplicate is accepted and nothing is done", async () => {
    nextClaim = "duplicate";
    expect(await receiveWebhook(request(opened), ports(["acme/support"]))).toMatchObject({
      status: 202,
      body: { outcome: "duplicate" },
    });
    expect(sent).toEqual([]);
  });

  test("bad input: a wrong signature is 401", async () => {
    const wrong = request(opened, { "x-hub-signature-256": `sha256=${"0".repeat(64)}` });
    expect((await receiveWebhook(wrong, ports(["acme/support"]))).status).toBe(401);
    expect((await receiveWebhook(request("", {}), ports(["acme/support"]))).status).toBe(401);
    expect(claimed).toEqual([]);
  });

  test.each(["x-github-event", "x-github-delivery", "x-hub-signature-256"])(
    "bad input: without %s it is 400 and names it",
    async (name) => {
      const answer = await receiveWebhook(request(opened, { [name]: undefined }), ports(["acme/support"]));
      expect(answer.status).toBe(400);
      expect(JSON.stringify(answer.body)).toContain(name);
    },
  );

  test.each(["a/b", "a\\b", "a#b", "a?b", "a\tb", "x".repeat(3_000)])(
    "bad input: the delivery id %j can be no row's key and is 400",
    async (id) => {
      const answer = await receiveWebhook(request(opened, { "x-github-delivery": id }), ports(["acme/support"]));
      expect(answer.status).toBe(400);
      expect(claimed).toEqual([]);
    },
  );

  test.each(["application/x-www-form-urlencoded", "application/json-patch+json", "text/plain", ""])(
    "bad input: the content type %j is 415",
    async (type) => {
      const answer = await receiveWebhook(request(opened, { "content-type": type }), ports(["acme/support"]));
      expect(answer.status).toBe(415);
    },
  );

  test("a content type may name its charset", async () => {
    const named = request(opened, { "content-type": "application/json; charset=utf-8" });
    expect((await receiveWebhook(named, ports(["acme/support"]))).status).toBe(202);
  });

  test("one body under two events is two deliveries", async () => {
    await receiveWebhook(request("{}"), ports([]));
    await receiveWebhook(request("{}", { "x-github-event": "sponsorship" }), ports([]));
    await receiveWebhook(request("{}"), ports([]));
    expect(digests[1]).not.toBe(digests[0]);
    expect(digests[2]).toBe(digests[0]);
  });

  test("bad input: over GitHub's 25 MB is 413, before the signature costs anything", async () => {
    const large = { ...request("{}"), body: new Uint8Array(maxBodyBytes + 1) };
    expect((await receiveWebhook(large, ports(["acme/support"]))).status).toBe(413);
  });

  test("bad input: a signed body that is no JSON object is 400", async () => {
    for (const body of ["not json", "[1]", "null"]) {
      expect((await receiveWebhook(request(body), ports(["acme/support"]))).status).toBe(400);
    }
  });

  test("bad input: an unknown event is 202 and recorded", async () => {
    const answer = await receiveWebhook(request(opened, { "x-github-event": "sponsorship" }), ports(["acme/support"]));
    expect(answer.status).toBe(202);
    expect(claimed).toHaveLength(1);
    expect(finished).toEqual(["ignored"]);
    expect(sent).toEqual([]);
  });

  test("bad input: a repository outside the allow-list is answered and ignored", async () => {
    const answer = await receiveWebhook(request(opened), ports(["acme/other"]));
    expect(answer).toMatchObject({ status: 202, body: { outcome: expect.stringContaining("ASSAY_REPOSITORIES") } });
    expect(claimed).toEqual([]);
    expect(sent).toEqual([]);
  });
});

testWithData("real payloads are each accepted with their own signature", "webhooks", async (folder) => {
  const read = (name: string) => readFileSync(join(folder, name), "utf8");
  const manifest: { files: { file: string; event: string; signature256: string }[] } = JSON.parse(
    read("MANIFEST.json"),
  );
  for (const { file, event, signature256 } of manifest.files) {
    const body = read(file);
    const name: string | undefined = JSON.parse(body).repository?.full_name;
    const signed = request(body, { "x-github-event": event, "x-hub-signature-256": signature256 });
    expect((await receiveWebhook(signed, ports(name ? [name] : []))).status, file).toBe(202);
  }
  reportRows("webhooks", manifest.files.length, 0);
  expect(sent.length).toBeGreaterThan(5);
});
