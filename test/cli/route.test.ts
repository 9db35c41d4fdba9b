import { once } from "node:events";
import { createServer } from "node:http";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { routeFile, rule } from "../shared/routing/routes.ts";
import { aiRepository } from "../support/ai-repository.ts";
import { folderWith, runCli } from "../support/run-cli.ts";

let made: Awaited<ReturnType<typeof folderWith>>;
beforeAll(async () => {
  made = await folderWith({
    ...aiRepository(),
    "routing/chat.yaml": routeFile([rule("pro", "{ tier: pro, promptTokens: { below: 9000 } }")]),
    "routing/broken.yaml": routeFile([], { pick: "nobody" }).replace("name: chat", "name: broken"),
  });
});
afterAll(() => made.remove());
const assay = (...args: string[]) => runCli(args, { cwd: made.folder });

describe("assay route explain", () => {
  test("says why, and what was lacking", async () => {
    const { code, out } = await assay("route", "explain", "chat", "--tier", "pro", "--prompt-tokens", "10");
    expect(code).toBe(0);
    expect(out).toContain("chat sends it to large (deployment gpt-4.1, gpt-4.1@2025-04-14) by the rule pro.");
    const other = await assay("route", "explain", "chat", "--tier", "free");
    expect(other.out).toContain("pro does not match: tier is free, not pro; promptTokens is not known");
  });

  test("heeds what an operator says of the route now, where the app is named", async () => {
    const common = { id: "o-1", reason: "large is slow", by: "ada", at: "2026-11-21T10:00:00.000Z" };
    const override = { kind: "target", target: "tiny", ...common, until: "2099-01-01T00:00:00.000Z" };
    const asked: (string | undefined)[] = [];
    const server = createServer((request, response) => {
      asked.push(request.url);
      response.end(JSON.stringify({ override }));
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    const env = { ASSAY_URL: `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}` };
    const { code, out } = await runCli(["route", "explain", "chat"], { cwd: made.folder, env });
    Object.assign(override, { target: "gone" });
    const other = await runCli(["route", "explain", "chat"], { cwd: made.folder, env });
    server.closeAllConnections();
    server.close();
    expect([code, asked[0]]).toEqual([0, "/api/routes/chat/override"]);
    expect(out).toContain("chat sends it to tiny (deployment own-tiny, own-tiny@1), and nowhere else after an error.");
    expect(out).toContain("ada forces tiny until 2099-01-01T00:00:00.000Z: large is slow.");
    expect(out).not.toContain("not heeded");
    expect(other.out).toContain("chat sends it to mini");
    expect(other.out).toContain(
      "An operator's override holds, and is not heeded here: ada forces gone until 2099-01-01T00:00:00.000Z: large is slow.",
    );
  });

  test("answers from the checkout where the app cannot be asked, and says what is not known then", async () => {
    const env = { ASSAY_URL: "http://127.0.0.1:1" };
    const { code, out } = await runCli(["route", "explain", "chat"], { cwd: made.folder, env });
    expect([code, out]).toEqual([0, expect.stringContaining("chat sends it to mini")]);
    expect(out).toContain(
      "Whether an operator's override holds now is not known: http://127.0.0.1:1 cannot be reached: fetch failed.",
    );
    const data = await runCli(["route", "explain", "chat", "--json"], { cwd: made.folder, env });
    expect(JSON.parse(data.out)).toMatchObject({
      rule: "default",
      unasked: expect.stringContaining("cannot be reached"),
    });
  });

  test("bad input: what a request says of itself cannot steer the terminal", async () => {
    const { out } = await assay("route", "explain", "chat", "--tier", "\u001b[2Jpro\u202e");
    expect(out).toContain("tier is ⟨U+001B⟩[2Jpro⟨U+202E⟩, not pro");
  });

  test("prints the decision as data", async () => {
    const { out } = await assay("route", "explain", "chat", "--json");
    expect(JSON.parse(out)).toMatchObject({ rule: "default", target: { name: "mini" }, arm: "only" });
  });

  test("bad input: no such route, one that cannot be resolved, values that are none", async () => {
    const said = async (...args: string[]) => {
      const { code, err } = await assay("route", ...args);
      expect(code).toBe(1);
      return err;
    };
    expect(await said("explain", "chart")).toContain("Did you mean `chat`?");
    expect(await said("explain")).toContain("needs a route");
    expect(await said("replay", "chat")).toContain("needs a route's file and --decisions");
    expect(await said("repaly", "chat")).toContain("There is no `assay route repaly`");
    expect(await said("explain", "broken")).toContain("routing/broken.yaml:8:18 There is no target `nobody`");
    for (const tokens of ["many", "1.5", "0x10"])
      expect(await said("explain", "chat", "--prompt-tokens", tokens)).toContain(
        `--prompt-tokens ${tokens}\` cannot be used: must be a whole number, 0 or more.`,
      );
    expect(await said("explain", "chat", "--budget-state", "empty")).toContain("--budget-state empty");
  });
});
