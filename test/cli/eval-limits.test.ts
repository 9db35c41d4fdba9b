import { readFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { startModelStandIn } from "../../src/local/model/start.ts";
import { aiRepository, suiteFile } from "../support/ai-repository.ts";
import { runCli, testFolder } from "../support/run-cli.ts";

async function limited(maxInFlight: number, files: Record<string, string> = {}, latencyMs = 60) {
  const { folder } = await testFolder({
    ...aiRepository("good", 40),
    "evals/helper.yaml": suiteFile().replace("uses: contains, with: { value: ok }", "uses: length, with: { min: 1 }"),
    ...files,
  });
  const logFile = path.join(folder, "requests.log");
  const model = await startModelStandIn({ port: 0, seed: 1, latencyMs, maxInFlight, logFile });
  onTestFinished(model.stop);
  const evaluate = (...args: string[]) =>
    runCli(["eval", "helper", "--endpoint", model.url, "--no-cache", "--json", ...args], { cwd: folder });
  /** Calls in flight at each request, in order. */
  const inFlight = async () =>
    (await readFile(logFile, "utf8"))
      .split("\n")
      .flatMap((line) => (line.includes('"endAt":null') ? [JSON.parse(line).inFlight as number] : []));
  return { evaluate, inFlight };
}

describe("what a deployment tells", () => {
  // What a run learns from its first answers takes effect at its next report; the run after it knows from its first call on.
  test("half of the limit in its headers is left to production, however many calls at a time are asked for", async () => {
    const { evaluate, inFlight } = await limited(8);
    expect(await evaluate("--concurrency", "8")).toMatchObject({ code: 0 });
    const before = await inFlight();
    expect(await evaluate("--concurrency", "8")).toMatchObject({ code: 0 });
    const known = (await inFlight()).slice(before.length);
    expect([known.length, Math.max(...known)]).toEqual([40, 4]);
  });

  test("--production-share 0 takes all of it, and the policy's share counts where the flag is not given", async () => {
    const policy = { "assay.yaml": "schema: assay/policy/v1\nproductionShare: 0.75\n" };
    const { evaluate, inFlight } = await limited(8, policy);
    expect(await evaluate("--concurrency", "8", "--production-share", "0")).toMatchObject({ code: 0 });
    const before = await inFlight();
    expect(Math.max(...before)).toBeGreaterThan(4);
    expect(await evaluate("--concurrency", "8")).toMatchObject({ code: 0 });
    expect(Math.max(...(await inFlight()).slice(before.length))).toBeLessThanOrEqual(2);
  });

  test("refusals bring it below --concurrency, and the next run knows", async () => {
    const { evaluate } = await limited(10);
    const first = JSON.parse((await evaluate("--concurrency", "40")).out);
    expect(first).toMatchObject({ verdict: "pass", speed: { samples: 40 } });
    expect(first.speed.calls).toBeGreaterThan(40);
    const second = JSON.parse((await evaluate("--concurrency", "40")).out);
    expect(second).toMatchObject({ verdict: "pass", speed: { samples: 40, calls: 40 } });
  });

  test("bad input: a share that is none", async () => {
    const { evaluate } = await limited(8);
    expect(await evaluate("--production-share", "1")).toMatchObject({
      code: 1,
      err: expect.stringContaining("is no share"),
    });
  });
});

test("the policy's cap on a day counts what runs before it spent in this checkout", async () => {
  const capped = "schema: assay/policy/v1\ncaps: { maxCostUsdPerDay: 0.007 }\n";
  const { evaluate } = await limited(50, { "assay.yaml": capped }, 5);
  const parts = ["c1*", "c2*", "c3*"];
  const results = [];
  for (const part of parts) results.push(await evaluate("--filter", part, "--concurrency", "2"));
  expect(results[0]).toMatchObject({ code: 0 });
  expect(results.at(-1)).toMatchObject({ code: 1, out: expect.stringContaining("caps.maxCostUsdPerDay") });
});

test("the suite's own budget in dollars stops a run, which says so and what ran", async () => {
  const suite = suiteFile().replace("uses: contains, with: { value: ok }", "uses: length, with: { min: 1 }");
  const { evaluate } = await limited(50, { "evals/helper.yaml": `${suite}budget: { maxCostUsd: 0.001 }\n` }, 5);
  const { code, out } = await evaluate("--concurrency", "2");
  expect({ code, line: JSON.parse(out).line }).toEqual({
    code: 1,
    line: "Not evaluated: stopped: budget.maxCostUsd of evals/helper.yaml ($0.001) is spent",
  });
  expect(JSON.parse(out).notes[0]).toMatch(/^\d+ samples made/);
});
