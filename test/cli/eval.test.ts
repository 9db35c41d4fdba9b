import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readdir, readFile, watch, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { type ModelStandIn, startModelStandIn } from "../../src/local/model/start.ts";
import { aiRepository, casesFile, promptFile, suiteFile } from "../support/ai-repository.ts";
import { cliEntry, runCli, testFolder } from "../support/run-cli.ts";

let model: ModelStandIn;
beforeAll(async () => {
  model = await startModelStandIn({ port: 0, seed: 1, latencyMs: 5 });
});
afterAll(() => model.stop());

/** A checkout whose one metric every answer of the stand-in passes. */
function repository(cases: number, suite: Parameters<typeof suiteFile>[0] = {}): Record<string, string> {
  const files = aiRepository("good", cases);
  return {
    ...files,
    "evals/helper.yaml": suiteFile(suite).replace(
      "uses: contains, with: { value: ok }",
      "uses: length, with: { min: 1 }",
    ),
  };
}

async function checkout(files: Record<string, string>) {
  const made = await testFolder(files);
  const evaluate = (...args: string[]) =>
    runCli(["eval", "helper", "--endpoint", model.url, ...args], { cwd: made.folder });
  return { ...made, evaluate };
}

/** Requests that a stand-in's log holds, by what was asked. */
async function asked(logFile: string): Promise<string[]> {
  const text = await readFile(logFile, "utf8").catch(() => "");
  return text.split("\n").filter((line) => line.includes('"endAt":null'));
}

describe("assay eval", () => {
  test("runs a suite, keeps its samples, and pays nothing the second time", async () => {
    const { evaluate } = await checkout(repository(40));
    const first = JSON.parse((await evaluate("--json")).out);
    expect(first).toMatchObject({ schema: "assay/report/v1", kind: "eval", verdict: "pass" });
    expect(first.notes[0]).toMatch(/^40 samples made by 40 calls in .*; 0 from the cache$/);
    const again = await evaluate();
    expect(again.code).toBe(0);
    expect(again.out).toMatch(/0 samples made by 0 calls in .*; 40 from the cache/);
    expect((await evaluate("--no-cache")).out).toMatch(/40 samples made by 40 calls/);
    expect((await evaluate("--model", "gpt-4o")).out).toMatch(/40 samples made by 40 calls/);
  });

  test("a floor that is missed is exit code 2, one that cannot be told is 3", async () => {
    const floor = (min: number) =>
      repository(40, { threshold: 0.9 })["evals/helper.yaml"]?.replace("min: 1", `min: ${min}`) ?? "";
    const { evaluate, write } = await checkout({ ...repository(40), "evals/helper.yaml": floor(100_000) });
    const missed = await evaluate();
    expect({ code: missed.code, out: missed.out }).toEqual({
      code: 2,
      out: expect.stringContaining("Below its floor"),
    });
    // Two cases, both passed, prove no floor of 90 %.
    await write({ "evals/helper.yaml": floor(1), "evals/helper-cases.jsonl": casesFile(2) });
    expect(await evaluate()).toMatchObject({ code: 3, out: expect.stringContaining("Inconclusive") });
  });

  test("a part of a suite passes case by case, and --failing runs what did not", async () => {
    const { evaluate } = await checkout(repository(12));
    const one = await evaluate("--case", "c3", "--json");
    expect(one.code).toBe(0);
    expect(JSON.parse(one.out)).toMatchObject({ verdict: "pass", report: { comparisons: [{ cases: 1 }] } });
    expect(JSON.parse((await evaluate("--filter", "c1*", "--json")).out).report.comparisons[0].cases).toBe(3);
    expect(await evaluate("--failing")).toMatchObject({
      code: 1,
      err: expect.stringContaining("passed when it was last run"),
    });
  });

  test("another suite that the prompt or the policy asks for, or that cannot be read, is not this run's", async () => {
    const { evaluate } = await checkout({
      ...repository(40),
      "prompts/helper.prompt.md": promptFile("good").replace(
        "inputs:",
        "evals: [{ suite: other, gate: required }, { suite: helper, gate: required }]\ninputs:",
      ),
      "evals/other.yaml": suiteFile({ name: "other" }).replace("threshold: 0.8", "threshold: 80"),
      "evals/other-cases.jsonl": "",
      "assay.yaml": "schema: assay/policy/v1\nrequired: [{ suites: [other, helper] }]\n",
    });
    expect(await evaluate()).toMatchObject({ code: 0, out: expect.stringContaining("40 samples made by 40 calls") });
  });

  test("the policy's cap ends a run in order: what ran is kept, and the verdict says that it was not evaluated", async () => {
    const capped = "schema: assay/policy/v1\ncaps: { maxCostUsdPerRun: 0.00001 }\n";
    const { evaluate, write } = await checkout({ ...repository(40), "assay.yaml": capped });
    const { code, out } = await evaluate("--concurrency", "2");
    expect(code).toBe(1);
    expect(out).toContain("caps.maxCostUsdPerRun of assay.yaml");
    await write({ "assay.yaml": "schema: assay/policy/v1\n" });
    expect(await evaluate()).toMatchObject({ code: 0 });
  });

  test("--estimate counts and calls nobody", async () => {
    const { folder } = await checkout(repository(40));
    const { out, code } = await runCli(["eval", "helper", "--estimate", "--json"], { cwd: folder });
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      calls: 40,
      cached: 0,
      unpriced: [],
      costNanoUsd: { least: expect.any(Number) },
    });
    const unknown = await runCli(["eval", "helper", "--estimate", "--model", "nobody-knows"], { cwd: folder });
    expect(unknown.out).toMatch(/40 calls, cost unknown for nobody-knows/);
  });

  test("the key comes from the environment alone, and is nowhere in what is kept", async () => {
    const key = "sk-this-is-the-key-of-the-endpoint";
    const keyed = await startModelStandIn({ port: 0, seed: 1, key });
    onTestFinished(keyed.stop);
    const { folder } = await checkout(repository(4));
    const args = ["eval", "helper", "--endpoint", keyed.url, "--case", "c1"];
    const without = await runCli(args, { cwd: folder });
    expect(without).toMatchObject({ code: 1, out: expect.stringContaining("HTTP 401") });
    const { code, out, err } = await runCli([...args, "--json"], { cwd: folder, env: { ASSAY_MODEL_KEY: key } });
    expect(code).toBe(0);
    expect(out + err).not.toContain(key);
  });

  test("a killed run goes on where it was: no stored sample is asked again", async () => {
    const log = await testFolder({ "requests.jsonl": "" });
    const logFile = path.join(log.folder, "requests.jsonl");
    const slow = await startModelStandIn({ port: 0, seed: 1, latencyMs: 40, logFile });
    onTestFinished(slow.stop);
    const { folder } = await checkout(repository(120));
    const concurrency = 6;
    const args = ["eval", "helper", "--endpoint", slow.url, "--concurrency", `${concurrency}`];
    const child = spawn(process.execPath, [cliEntry, ...args], { cwd: folder, stdio: "ignore" });
    onTestFinished(() => void child.kill("SIGKILL"));
    for await (const _ of watch(logFile)) if ((await asked(logFile)).length >= 40) break;
    child.kill("SIGKILL");
    await once(child, "close");
    const { code, out } = await runCli([...args, "--json"], { cwd: folder });
    const requests = (await asked(logFile)).length;
    const { report, notes } = JSON.parse(out);
    expect(code).toBe(0);
    expect(report.figures[0]).toMatchObject({ samples: 120 });
    expect(report.figures[0].reused).toBeGreaterThan(0);
    expect(requests).toBeGreaterThanOrEqual(120);
    expect(requests).toBeLessThanOrEqual(120 + concurrency);
    expect(notes.join(" ")).toMatch(requests > 120 ? /may have been paid twice/ : /from the cache/);
  });

  test("a run with calls that nobody answered is reproduced as far as it got, and says how many those were", async () => {
    const { folder, evaluate } = await checkout(repository(12));
    const broken = await startBroken();
    const ran = await runCli(["eval", "helper", "--endpoint", broken], { cwd: folder });
    expect(ran.out).toContain("3 calls without an answer");
    const again = await runCli(["reproduce", "last", "--offline", "--json"], { cwd: folder });
    expect(JSON.parse(again.out)).toMatchObject({
      ...{ holds: true, lost: 0, unanswered: 3 },
      requests: { built: 12, equal: 12 },
      scores: { compared: 9, equal: 9 },
    });
    expect(again.code).toBe(0);
    const none = await runCli(["eval", "helper", "--endpoint", `${broken}/none`, "--no-cache"], { cwd: folder });
    expect(none.code).toBe(1);
    const text = await runCli(["reproduce", "last", "--offline"], { cwd: folder });
    expect(text.out).toContain("12 calls of the run had no answer");
    expect(text.out).not.toContain("no longer kept");
    await evaluate();
  });

  test("bad input: a report that cannot be written is told before anything is called", async () => {
    const { folder, evaluate } = await checkout(repository(4));
    for (const report of ["nowhere/r.html", "folder.html"]) {
      await mkdir(path.join(folder, "folder.html"), { recursive: true });
      expect(await evaluate("--report", report)).toMatchObject({
        ...{ code: 1, out: "" },
        err: expect.stringContaining(`The report ${report} cannot be written`),
      });
    }
    expect((await evaluate("--estimate", "--json")).out).toContain('"cached":0');
  });

  test("bad input: a run that cannot be kept is reported all the same, and says so", async () => {
    const { evaluate, write } = await checkout(repository(4, { threshold: 0.1 }));
    await write({ ".assay/runs": "in the way" });
    const { out } = await evaluate();
    expect(out).toMatch(/4 samples made by 4 calls.*the run could not be kept: .*; its samples are/s);
    expect(out).toContain("says-ok");
  });

  test("bad input: something in the place of .assay is named with its mend", async () => {
    const { evaluate, write } = await checkout({ ...repository(4), ".assay": "in the way" });
    expect(await evaluate()).toMatchObject({
      code: 1,
      err: expect.stringMatching(/\.assay cannot be written to: .*\n.*remove/),
    });
    await write({});
  });

  test("a sample whose line was cut short is asked again, and the others are read", async () => {
    const { folder, evaluate } = await checkout(repository(20));
    await evaluate();
    const { out } = await evaluate("--json");
    const [file] = await samplesFiles(folder);
    const text = await readFile(file ?? "", "utf8");
    await writeFile(file ?? "", text.slice(0, -40));
    expect(JSON.parse(out).notes[0]).toContain("20 from the cache");
    expect((await evaluate()).out).toMatch(/1 sample made by 1 call in .*; 19 from the cache/);
    expect((await evaluate()).out).toMatch(/0 samples made by 0 calls in .*; 20 from the cache/);
  });

  test("bad input: what cannot be run is told before anything is called", async () => {
    const { folder, evaluate, write } = await checkout(repository(4));
    const run = (...args: string[]) => runCli(["eval", ...args], { cwd: folder });
    expect(await run()).toMatchObject({ code: 1, err: expect.stringContaining("needs a suite") });
    expect(await run("helper")).toMatchObject({ code: 1, err: expect.stringContaining("--endpoint URL") });
    expect(await run("helpr", "--endpoint", model.url)).toMatchObject({
      code: 1,
      err: expect.stringContaining("Did you mean `helper`?"),
    });
    expect(await run("helper", "--endpoint", "localhost")).toMatchObject({
      code: 1,
      err: expect.stringContaining("no http or https URL"),
    });
    expect(await evaluate("--case", "nobody")).toMatchObject({
      code: 1,
      err: expect.stringContaining("no case `nobody`"),
    });
    for (const [option, value] of [
      ["--concurrency", "many"],
      ["--concurrency", "1000000000"],
      ["--timeout", "3000000"],
    ] as const)
      expect(await evaluate(option, value)).toMatchObject({
        code: 1,
        err: expect.stringContaining(`\`${option} ${value}\` is no whole number from 1 to`),
      });
    await write({ "evals/helper-cases.jsonl": "" });
    expect(await evaluate()).toMatchObject({ code: 1, err: expect.stringContaining("has no cases") });
    await write({
      "evals/helper-cases.jsonl": casesFile(2),
      "evals/helper.yaml": suiteFile().replace("uses: contains,", "uses: contans,"),
    });
    expect(await evaluate()).toMatchObject({ code: 1, err: expect.stringContaining("Write `uses: contains`") });
  });

  test("bad input: an endpoint that nobody answers at is not evaluated, and says why", async () => {
    const { folder } = await checkout(repository(2));
    const { code, out } = await runCli(["eval", "helper", "--endpoint", "http://127.0.0.1:9/v1"], { cwd: folder });
    expect(code).toBe(1);
    expect(out).toMatch(/Not evaluated: 2 × no answer from http:\/\/127\.0\.0\.1:9/);
  });
});

/** Answers nothing to questions whose number ends in 0 or 5, and nothing at all below `/none`. */
async function startBroken(): Promise<string> {
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const { messages } = JSON.parse(Buffer.concat(chunks).toString("utf8"));
    const refused = request.url?.startsWith("/none") || /^\d*[05] /.test(messages.at(-1).content);
    response.writeHead(refused ? 400 : 200, { "content-type": "application/json" });
    const message = { role: "assistant", content: "an answer" };
    response.end(
      JSON.stringify(
        refused ? { error: { message: "no" } } : { model: "m", choices: [{ message, finish_reason: "stop" }] },
      ),
    );
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  return `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
}

async function samplesFiles(folder: string): Promise<string[]> {
  const found = await readdir(path.join(folder, ".assay/cache"), { recursive: true });
  return found.filter((file) => file.endsWith(".jsonl")).map((file) => path.join(folder, ".assay/cache", file));
}
