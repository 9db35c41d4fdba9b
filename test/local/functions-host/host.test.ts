import path from "node:path";
import { type QueueClient, QueueServiceClient } from "@azure/storage-queue";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type FunctionsHost, startFunctionsHost } from "../../../src/local/functions-host/start.ts";
import { freshName, sharedAzurite } from "../../support/azurite.ts";

const fixtures = path.resolve(import.meta.dirname, "../../fixtures");
const app = path.join(fixtures, "apps/basic.ts");
const root = path.join(fixtures, "host");
const names = { in: freshName("in"), out: freshName("out") };

let host: FunctionsHost;
let seen: { name: string; value: unknown }[];
let queues: Record<"in" | "out" | "poison", QueueClient>;

beforeAll(async () => {
  const storage = await sharedAzurite();
  const service = QueueServiceClient.fromConnectionString(storage);
  queues = {
    in: service.getQueueClient(names.in),
    out: service.getQueueClient(names.out),
    poison: service.getQueueClient(`${names.in}-poison`),
  };
  await queues.in.create();
  const env = {
    FixtureStorage: storage,
    FIXTURE_IN: names.in,
    FIXTURE_OUT: names.out,
    FIXTURE_SCHEDULE: "0 0 0 1 1 *",
  };
  host = await startFunctionsHost({ app, root, port: 0, env, logLevel: "none" });
  // Only now: what an app registers before there is a host is lost.
  ({ seen } = await import("../../fixtures/apps/basic.ts"));
});
afterAll(() => host.stop());

function call(method: string, target: string, body?: string | Uint8Array<ArrayBuffer>): Promise<Response> {
  return fetch(`${host.url}${target}`, { method, ...(body === undefined ? {} : { body }) });
}

function seenBy(name: string): unknown[] {
  return seen.filter((item) => item.name === name).map(({ value }) => value);
}

/** The `reads` of this message so far. */
function reads(id: string): { message: { id: string }; metadata: Record<string, unknown> }[] {
  return seenBy("reads").filter((value): value is ReturnType<typeof reads>[number] => {
    return JSON.stringify(value).includes(id);
  });
}

async function texts(queue: QueueClient): Promise<string[]> {
  const { receivedMessageItems } = await queue.receiveMessages({ numberOfMessages: 32 });
  for (const { messageId, popReceipt } of receivedMessageItems) await queue.deleteMessage(messageId, popReceipt);
  return receivedMessageItems.map(({ messageText }) => Buffer.from(messageText, "base64").toString("utf8"));
}

const send = (value: unknown) => queues.in.sendMessage(Buffer.from(JSON.stringify(value)).toString("base64"));

describe("HTTP", () => {
  test("a function gets method, address, parameters, query and the body's raw bytes, and asks for no key", async () => {
    const bytes = new Uint8Array([0, 255, 13, 10, 128]);
    const response = await call("POST", "/api/echo/12/a/b%20c?x=1&x=2&empty=", bytes);
    expect(response.status).toBe(201);
    expect(response.headers.get("x-method")).toBe("POST");
    expect(response.headers.get("x-url")).toBe(`${host.url}/api/echo/12/a/b%20c?x=1&x=2&empty=`);
    expect(response.headers.getSetCookie()).toEqual(["seen=a%20b; Max-Age=60; Path=/; SameSite=Lax; HttpOnly"]);
    expect(await response.json()).toEqual({
      params: { id: "12", rest: "a/b c" },
      query: { x: "1,2" },
      body: Buffer.from(bytes).toString("hex"),
    });
  });

  test("a body of a megabyte arrives whole", async () => {
    const body = new Uint8Array(Buffer.alloc(1_000_000, "assay"));
    const answer: unknown = await (await call("POST", "/api/echo/1/a/b", body)).json();
    expect(answer).toMatchObject({ body: Buffer.from(body).toString("hex") });
  });

  test("of two routes that match, the more special one answers", async () => {
    expect(await (await call("POST", "/api/echo/1/one")).text()).toBe("one");
    expect(await (await call("POST", "/api/echo/x/one")).text()).toBe("any");
  });

  test.each([
    ["GET", "/api/echo/1/a", 404],
    ["POST", "/api/unknown", 404],
    ["POST", "/echo/1/a", 404],
    ["POST", "/apiecho/1/a", 404],
    ["GET", "/", 404],
    ["GET", "//evil.example/api/throws", 404],
    ["GET", "/api/nothing", 204],
    ["DELETE", "/admin/functions/ticks", 404],
  ])("%s %s is answered %i with an empty body", async (method, target, status) => {
    const response = await call(method, target);
    expect(response.status).toBe(status);
    expect(await response.text()).toBe("");
  });

  test("a function that throws is a 500 with an empty body", async () => {
    const response = await call("GET", "/api/throws");
    expect(response.status).toBe(500);
    expect(await response.text()).toBe("");
  });

  test("host.json's functionTimeout gives a function up", async () => {
    expect((await call("GET", "/api/hangs")).status).toBe(500);
  });

  test("a hook replaces a handler, and its data reach the hook after the run", async () => {
    expect(await (await call("GET", "/api/silent")).text()).toBe("replaced");
    expect(seenBy("post")).toContainEqual({ as: "silent", failed: false });
    expect(seenBy("appStart")).toHaveLength(1);
  });
});

describe("queues", () => {
  test("a message reaches its function parsed, with its metadata, and is gone; what it returns is sent on", async () => {
    const id = freshName("m");
    await send({ id });
    await expect.poll(() => reads(id), { timeout: 10_000 }).toHaveLength(1);
    expect(reads(id)[0]).toMatchObject({
      message: { id },
      metadata: { dequeueCount: 1, queueTrigger: { id } },
    });
    expect(Object.keys(reads(id)[0]?.metadata ?? {}).sort()).toEqual([
      "dequeueCount",
      "expirationTime",
      "id",
      "insertionTime",
      "nextVisibleTime",
      "popReceipt",
      "queueTrigger",
    ]);
    await expect
      .poll(async () => (await texts(queues.out)).map((text) => JSON.parse(text)))
      .toContainEqual({ read: { id } });
    await expect.poll(async () => (await queues.in.getProperties()).approximateMessagesCount).toBe(0);
  });

  test("a function that fails gets the message again, and after maxDequeueCount it is poison", async () => {
    const id = freshName("m");
    await send({ id, fail: true });
    await expect
      .poll(() => texts(queues.poison).catch(() => []), { timeout: 15_000 })
      .toContain(`{"id":"${id}","fail":true}`);
    expect(reads(id).map(({ metadata }) => metadata.dequeueCount)).toEqual([1, 2]);
  });

  test("an array put into an output binding is a message for each element", async () => {
    expect((await call("GET", "/api/fan-out")).status).toBe(204);
    expect((await texts(queues.out)).sort()).toEqual(["3", "two", '{"n":1}']);
  });
});

describe("/admin/functions", () => {
  test("it lists the functions with their bindings", async () => {
    const list: unknown = await (await call("GET", "/admin/functions")).json();
    expect(list).toHaveLength(host.functions.length);
    expect(list).toContainEqual({
      name: "ticks",
      config: { bindings: [expect.objectContaining({ type: "timerTrigger", schedule: "%FIXTURE_SCHEDULE%" })] },
    });
    expect(await (await call("GET", "/admin/functions/ticks")).json()).toMatchObject({ name: "ticks" });
  });

  test("it runs a timer", async () => {
    expect((await call("POST", "/admin/functions/ticks", "{}")).status).toBe(202);
    await expect.poll(() => seenBy("ticks")).toHaveLength(1);
    expect(seenBy("ticks")[0]).toMatchObject({
      isPastDue: false,
      scheduleStatus: { last: "0001-01-01T00:00:00", next: expect.stringMatching(/-01-01T00:00:00.000Z$/) },
    });
  });

  test("it runs a queue's function with the input for its message", async () => {
    const id = freshName("m");
    const response = await call("POST", "/admin/functions/reads", JSON.stringify({ input: JSON.stringify({ id }) }));
    expect(response.status).toBe(202);
    await expect.poll(() => reads(id)).toHaveLength(1);
  });

  test.each([
    ["/admin/functions/unknown", "{}", 404],
    ["/admin/functions/ticks", "{", 400],
    ["/admin/functions/reads", '{"input":{"id":1}}', 400],
    ["/admin/functions/throws", "{}", 400],
  ])("bad input: POST %s with %s is %i", async (target, body, status) => {
    expect((await call("POST", target, body)).status).toBe(status);
  });
});

test("a second host in one process is refused: the library would register nothing with it", async () => {
  await expect(startFunctionsHost({ app, root, port: 0 })).rejects.toThrow("another process");
});

test("it ends with the app's own last hook, and answers no more", async () => {
  await host.stop();
  expect(seenBy("appTerminate")).toHaveLength(1);
  await expect(call("GET", "/api/silent")).rejects.toThrow();
});
