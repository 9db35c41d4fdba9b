import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type ModelStandIn, startModelStandIn } from "../../src/local/model/start.ts";
import { aiRepository, casesFile, promptFile, suiteFile } from "../support/ai-repository.ts";
import { cliEntry, runCli, testFolder } from "../support/run-cli.ts";

let model: ModelStandIn;
beforeAll(async () => {
  model = await startModelStandIn({ port: 0, seed: 1, latencyMs: 5 });
});
afterAll(() => model.stop());

function checkout(cases: number, more: Record<string, string> = {}) {
  return testFolder({
    ...aiRepository("good", cases),
    "evals/helper.yaml": suiteFile().replace("uses: contains, with: { value: ok }", "uses: length, with: { min: 1 }"),
    ...more,
  });
}

const given = () => ["eval", "helper", "--endpoint", model.url, "--json"];

test("two runs of one suite at once in one checkout lose nothing and cut nothing short", async () => {
  const { folder } = await checkout(200);
  const both = await Promise.all([1, 2].map(() => runCli(given(), { cwd: folder })));
  const reports = both.map(({ out }) => JSON.parse(out));
  expect(both.map(({ code }) => code)).toEqual([0, 0]);
  expect(new Set(reports.map(({ report }) => report.gateId)).size).toBe(2);
  for (const { report } of reports) expect(report.figures[0]).toMatchObject({ samples: 200 });
  const cache = path.join(folder, ".assay/cache");
  const files = (await readdir(cache, { recursive: true })).filter((file) => file.endsWith(".jsonl"));
  const lines = (await readFile(path.join(cache, files[0] ?? ""), "utf8")).split("\n");
  expect(files).toHaveLength(1);
  expect(lines.pop()).toBe("");
  const samples = lines.map((line) => JSON.parse(line)).filter(({ caseId }) => caseId !== undefined);
  expect(new Set(samples.map(({ caseId }) => caseId)).size).toBe(200);
  const calls = reports.reduce((sum, { speed }) => sum + speed.calls, 0);
  expect(samples).toHaveLength(calls);
  const third = JSON.parse((await runCli(given(), { cwd: folder })).out);
  expect(third.speed).toMatchObject({ calls: 0, kept: 200 });
});

test("--watch runs again when a prompt, a suite or a dataset changes, wherever the dataset lies", async () => {
  const { folder, write } = await checkout(3, {
    "evals/helper.yaml": suiteFile()
      .replace("uses: contains, with: { value: ok }", "uses: length, with: { min: 1 }")
      .replace("path: helper-cases.jsonl", "path: ../data/cases.jsonl"),
    "data/cases.jsonl": casesFile(3),
  });
  const child = spawn(process.execPath, [cliEntry, ...given(), "--watch", "--report", "report.json"], {
    cwd: folder,
    env: { PATH: process.env.PATH ?? "", HOME: folder },
  });
  const closed = once(child, "close");
  let [out, err] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    out += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    err += text;
  });
  const reports = () =>
    out
      .split("\n")
      .slice(0, -1)
      .map((line) => JSON.parse(line));
  /** Resolves once it waits for the change after this many runs. */
  const waiting = async (runs: number) => {
    while ((err.match(/Watching/g)?.length ?? 0) < runs) await once(child.stderr, "data");
    return reports().at(-1);
  };
  try {
    expect(await waiting(1)).toMatchObject({ speed: { calls: 3, kept: 0 } });
    await write({ "data/cases.jsonl": casesFile(5) });
    expect(await waiting(2)).toMatchObject({ speed: { calls: 2, kept: 3 } });
    await write({ "prompts/helper.prompt.md": promptFile("formal") });
    expect(await waiting(3)).toMatchObject({ speed: { calls: 5, kept: 0 } });
    await write({ "evals/helper.yaml": "schema: assay/suite/v1\nname: [\n" });
    await waiting(4);
    expect(err).toContain("assay: ");
    child.kill("SIGINT");
    expect((await closed)[0]).toBe(1);
    expect(reports()).toHaveLength(3);
  } finally {
    child.kill("SIGKILL");
    await closed;
  }
});
