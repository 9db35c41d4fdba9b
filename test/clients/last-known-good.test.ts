import { hash } from "node:crypto";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { annotate, createRouteClient, render } from "../../clients/assay.ts";
import { canonicalJson } from "../../src/shared/repository/digest.ts";
import { type Override, overrideHeader } from "../../src/shared/routing/override.ts";
import { routeDocument } from "../../src/shared/routing/route-document.ts";
import { readRoute, routeFile, rule } from "../shared/routing/routes.ts";
import { inPython, withPython } from "./python.ts";

const first = readRoute(routeFile([rule("pro", "{ tier: pro }")]));
const second = readRoute(routeFile([rule("pro", "{ tier: pro }", "mini")]));

const promptText = canonicalJson({
  ...{ name: "helper", digest: "p".repeat(64), parameters: {}, inputs: { question: { type: "string" } } },
  messages: [{ role: "user", template: "Why {{question}}?" }],
});

let server: Server;
let url = "";
let folder = "";
/** What the server does now, and what it was asked. */
let served: {
  route: typeof first;
  cut?: boolean;
  status?: number;
  /** Where a status sends the client. */
  location?: string;
  tag?: string;
  override?: Override | undefined;
};
let asked: { line: string; tag: string | undefined; key: unknown; body: string }[];

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "assay-client-"));
  served = { route: first };
  asked = [];
  server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    const { headers } = request;
    asked.push({
      line: `${request.method} ${request.url}`,
      tag: headers["if-none-match"],
      key: headers["x-functions-key"],
      body,
    });
    const isPrompt = request.url?.startsWith("/api/prompts/") ?? false;
    const text = isPrompt ? promptText : routeDocument(served.route);
    const tag = served.tag ?? `"${hash("sha256", text)}"`;
    const sent = served.location && !request.url?.startsWith("/elsewhere") ? { location: served.location } : {};
    if (served.status) return response.writeHead(served.status, sent).end("out of order");
    const under = served.override ? { "assay-override": overrideHeader(served.override) } : {};
    if (headers["if-none-match"] === tag) return response.writeHead(304, under).end();
    response.writeHead(200, { etag: tag, ...under, "content-length": Buffer.byteLength(text) });
    if (!served.cut) return response.end(text);
    response.write(text.slice(0, 20), () => response.destroy());
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  url = typeof address === "object" ? `http://127.0.0.1:${address?.port}` : "";
});
afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await rm(folder, { recursive: true, force: true });
});

const context = { tier: "pro", requestId: "r-1" };

/** The same steps for both: each resolves with a client, the client's own process being new where it says so. */
interface Driver {
  resolve(options?: { freshMs?: number; times?: number }): Promise<{ target: string; source: string }[]>;
  /** Twice by one client, which keeps documents where a file lies at first, and a folder may be made the second time. */
  unwritable(): Promise<{ source: string; unkept: boolean }[]>;
  /** Renders the served prompt. */
  ask(): Promise<{ said: string; promptDigest: string; source: string }>;
}

const typescript: Driver = {
  async resolve({ freshMs = 0, times = 1 } = {}) {
    const client = createRouteClient({ url, folder, key: "k", repository: "acme/ai", freshMs });
    const found: { target: string; source: string }[] = [];
    for (let n = 0; n < times; n++) {
      const { target, source } = await client.resolve("chat", context);
      found.push({ target: target?.name ?? "off", source });
    }
    return found;
  },
  async unwritable() {
    const client = createRouteClient({ url, folder: path.join(folder, "taken"), freshMs: 0 });
    const first = await client.route("chat");
    await rm(path.join(folder, "taken"));
    const second = await client.route("chat");
    return [first, second].map(({ source, unkept }) => ({ source, unkept: unkept !== undefined }));
  },
  async ask() {
    const { document, promptDigest, source } = await createRouteClient({ url, folder, freshMs: 0 }).prompt("helper");
    return { said: render(document, { question: "now" })[0]?.content ?? "", promptDigest, source };
  },
};

const python: Driver = {
  resolve: ({ freshMs = 0, times = 1 } = {}) =>
    inPython(
      `
client = assay.RouteClient(given["url"], given["folder"], key="k", repository="acme/ai", fresh=given["freshMs"] / 1000)
answer = []
for _ in range(given["times"]):
    found = client.resolve("chat", given["context"])
    answer.append({"target": found["target"]["name"] if "target" in found else "off", "source": found["source"]})`,
      { url, folder, freshMs, times, context },
    ),
  unwritable: () =>
    inPython(
      `
import os
taken = os.path.join(given["folder"], "taken")
client = assay.RouteClient(given["url"], taken, fresh=0)
first = client.route("chat")
os.remove(taken)
answer = [{"source": found["source"], "unkept": "unkept" in found} for found in (first, client.route("chat"))]`,
      { url, folder },
    ),
  ask: () =>
    inPython(
      `
found = assay.RouteClient(given["url"], given["folder"], fresh=0).prompt("helper")
said = assay.render(found["document"], {"question": "now"})[0]["content"]
answer = {"said": said, "promptDigest": found["promptDigest"], "source": found["source"]}`,
      { url, folder },
    ),
};

for (const [language, driver, run] of [
  ["TypeScript", typescript, test],
  ["Python", python, withPython],
] as const) {
  describe(`the ${language} client`, () => {
    run("asks once while a document is fresh, and with its digest when it is not", async () => {
      expect(await driver.resolve({ freshMs: 60_000, times: 3 })).toEqual(
        Array(3).fill({ target: "large", source: "live" }),
      );
      expect(asked).toMatchObject([{ line: "GET /api/routes/chat?repository=acme%2Fai", tag: undefined, key: "k" }]);
      served.route = second;
      expect(await driver.resolve({ times: 2 })).toEqual(Array(2).fill({ target: "mini", source: "live" }));
      expect(asked.slice(1).map(({ tag }) => tag)).toEqual([`"${first.digest}"`, `"${second.digest}"`]);
    });

    run("keeps what was good last, in a new process too, and does not ask each time while Assay is down", async () => {
      await driver.resolve();
      served = { route: second, status: 503 };
      asked = [];
      expect(await driver.resolve({ freshMs: 60_000, times: 5 })).toEqual(
        Array(5).fill({ target: "large", source: "kept" }),
      );
      expect(asked).toHaveLength(1);
      server.closeAllConnections();
      server.close();
      expect(await driver.resolve()).toEqual([{ target: "large", source: "kept" }]);
    });

    run("renders the served prompt, and the one that was good last while Assay is down", async () => {
      const answer = { said: "Why now?", promptDigest: "p".repeat(64) };
      expect(await driver.ask()).toEqual({ ...answer, source: "live" });
      expect(asked.at(-1)).toMatchObject({ line: "GET /api/prompts/helper", tag: undefined });
      expect(await driver.ask()).toEqual({ ...answer, source: "live" });
      expect(asked.at(-1)?.tag).toBe(`"${hash("sha256", promptText)}"`);
      served.status = 503;
      expect(await driver.ask()).toEqual({ ...answer, source: "kept" });
    });

    run("heeds an override at once, while Assay is down and in a new process too, until it ends", async () => {
      const override = { id: "o", reason: "slow – später", by: "ada", at: "2026-01-01T00:00:00.000Z" };
      const until = "2099-01-01T00:00:00.000Z";
      await driver.resolve();
      served.override = { ...override, kind: "target", target: "tiny", until };
      expect(await driver.resolve()).toEqual([{ target: "tiny", source: "live" }]);
      served.status = 503;
      expect(await driver.resolve()).toEqual([{ target: "tiny", source: "kept" }]);
      served = { route: first, override: { ...override, id: "p", kind: "off", answer: "Later.", until } };
      expect(await driver.resolve()).toEqual([{ target: "off", source: "live" }]);
      served.override = undefined;
      expect(await driver.resolve()).toEqual([{ target: "large", source: "live" }]);
      served.status = 503;
      expect(await driver.resolve()).toEqual([{ target: "large", source: "kept" }]);
    });

    run(
      "bad input: a disk that cannot be written: Assay is heard all the same, and the document kept as soon as it can",
      async () => {
        const taken = path.join(folder, "taken");
        await writeFile(taken, "");
        expect(await driver.unwritable()).toEqual([
          { source: "live", unkept: true },
          { source: "live", unkept: false },
        ]);
        expect(asked.map(({ tag }) => tag)).toEqual([undefined, `"${first.digest}"`]);
        expect(await readdir(taken)).toEqual([expect.stringMatching(/^[0-9a-f]{64}\.json$/)]);
      },
    );

    run("bad input: a kept document that cannot be replaced leaves no scratch files behind", async () => {
      await driver.resolve();
      const [file = ""] = await readdir(folder);
      await rm(path.join(folder, file));
      await mkdir(path.join(folder, file));
      served = { route: second };
      expect(await driver.resolve({ times: 2 })).toEqual(Array(2).fill({ target: "mini", source: "live" }));
      expect(await readdir(folder)).toEqual([file]);
    });

    run("bad input: an answer that sends elsewhere is not followed: the key is for Assay alone", async () => {
      await driver.resolve();
      asked = [];
      served = { route: second, status: 302, location: `${url}/elsewhere` };
      expect(await driver.resolve()).toEqual([{ target: "large", source: "kept" }]);
      expect(asked.map(({ line }) => line)).toEqual(["GET /api/routes/chat?repository=acme%2Fai"]);
    });

    run("bad input: an answer that breaks off: what was good last is kept", async () => {
      await driver.resolve();
      served = { route: second, cut: true };
      expect(await driver.resolve()).toEqual([{ target: "large", source: "kept" }]);
    });

    run(
      "bad input: a document that is not the one that its ETag names, and a kept file that was cut short",
      async () => {
        await driver.resolve();
        served = { route: second, tag: `"${"0".repeat(64)}"` };
        expect(await driver.resolve()).toEqual([{ target: "large", source: "kept" }]);
        const [file = ""] = await readdir(folder);
        await writeFile(path.join(folder, file), '{"digest": "');
        served = { route: second };
        expect(await driver.resolve()).toEqual([{ target: "mini", source: "live" }]);
        await writeFile(path.join(folder, file), "[]");
        served.status = 500;
        await expect(driver.resolve()).rejects.toThrow("500");
      },
    );
  });
}

const prompt = { digest: "a".repeat(64) };

test("both tell Assay of a decision by the document that they decided by", async () => {
  const client = createRouteClient({ url, folder, freshMs: 60_000 });
  const decision = await client.resolve("chat", context);
  await client.record(decision, context, { responseId: "resp", prompt });
  const told = {
    line: "POST /api/routes/chat/decisions",
    body: JSON.stringify({ context, digest: first.digest, responseId: "resp", prompt }),
  };
  expect(asked.at(-1)).toMatchObject(told);
  const made = await client.resolve("chat", { tier: "pro" });
  await client.record(made, { tier: "pro" });
  expect(JSON.parse(asked.at(-1)?.body ?? "").context).toEqual({ tier: "pro", requestId: made.requestId });
  served.status = 409;
  await expect(client.record(decision, context)).rejects.toThrow("409: out of order");
});

test("a clock that is set back does not keep a route from being asked for again", async () => {
  const client = createRouteClient({ url, folder, freshMs: 0 });
  await client.resolve("chat", context);
  served.route = second;
  const clock = vi.spyOn(Date, "now").mockReturnValue(Date.now() - 3_600_000);
  expect(await client.resolve("chat", context)).toMatchObject({ target: { name: "mini" }, source: "live" });
  clock.mockRestore();
});

withPython("Python tells the same", async () => {
  const requestId = await inPython(
    `
client = assay.RouteClient(given["url"], given["folder"])
client.record(client.resolve("chat", given["context"]), given["context"], responseId="resp", prompt=given["prompt"])
made = client.resolve("chat", {"tier": "pro"})
client.record(made, {"tier": "pro"})
answer = made["requestId"]`,
    { url, folder, context, prompt },
  );
  expect(JSON.parse(asked.at(-2)?.body ?? "")).toEqual({ context, digest: first.digest, responseId: "resp", prompt });
  expect(JSON.parse(asked.at(-1)?.body ?? "").context).toEqual({ tier: "pro", requestId });
});

const attributes = {
  "assay.prompt.digest": prompt.digest,
  "assay.release": "r7",
  "assay.decision": `chat@${first.digest}/pro/large`,
  "assay.input.question": "why",
};

test("both name on a span what its call was made by", async () => {
  const set: Record<string, string> = {};
  const span = { setAttribute: (name: string, value: string) => Object.assign(set, { [name]: value }) };
  const client = createRouteClient({ url, folder });
  const decision = await client.resolve("chat", context);
  annotate(span, { decision, promptDigest: prompt.digest, release: "r7", inputs: { question: "why" } });
  expect(set).toEqual(attributes);
});

withPython("Python names the same", async () => {
  const found = await inPython(
    `
class Span:
    def __init__(self): self.found = {}
    def set_attribute(self, name, value): self.found[name] = value
span = Span()
decision = assay.RouteClient(given["url"], given["folder"]).resolve("chat", given["context"])
assay.annotate(span, decision, given["digest"], "r7", {"question": "why"})
answer = span.found`,
    { url, folder, context, digest: prompt.digest },
  );
  expect(found).toEqual(attributes);
});
