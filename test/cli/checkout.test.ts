import { execFileSync } from "node:child_process";
import { readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type ModelStandIn, startModelStandIn } from "../../src/local/model/start.ts";
import { routeFile } from "../shared/routing/routes.ts";
import { aiRepository, promptFile, suiteFile } from "../support/ai-repository.ts";
import { commitFirst, runCli, testFolder } from "../support/run-cli.ts";

let model: ModelStandIn;
beforeAll(async () => {
  model = await startModelStandIn({ port: 0, seed: 1, latencyMs: 5 });
});
afterAll(() => model.stop());

/** A clone with one commit on `main`. */
async function clone(files: Record<string, string>) {
  const made = await testFolder(files);
  const git = commitFirst(made.folder);
  const assay = (...args: string[]) => runCli(args, { cwd: made.folder, env: { ASSAY_MODEL_URL: model.url } });
  return { ...made, git, assay };
}

/** The metric looks for a word that the stand-in's answers never have. */
const suite = (word: string, threshold = 0.8) =>
  suiteFile({ threshold }).replace(
    "uses: contains, with: { value: ok }",
    `uses: not-contains, with: { value: ${word} }`,
  );

const files = () => ({ ...aiRepository("good", 40), "evals/helper.yaml": suite("xylophone") });

describe("assay compare --base", () => {
  test("nothing differs: nothing is called", async () => {
    const { assay, write } = await clone(files());
    expect(await assay("compare", "--base", "main")).toMatchObject({
      code: 0,
      out: expect.stringContaining("Nothing of the AI repository differs from main"),
    });
    await write({ "README.md": "Another text.\n" });
    expect((await assay("compare", "--base", "main")).code).toBe(0);
  });

  test("a route that changed runs the old target against the new one; eval runs a prompt on all of its targets", async () => {
    const routed = promptFile("good").replace("model: gpt-4.1-mini@2025-04-14", "route: chat");
    const { assay, write } = await clone({
      ...files(),
      "prompts/helper.prompt.md": routed,
      "routing/chat.yaml": routeFile([]),
    });
    await write({ "routing/chat.yaml": routeFile([], { pick: "large" }) });
    const { report } = JSON.parse((await assay("compare", "--base", "main", "--json")).out);
    expect(report.figures.map(({ side, deployment }: Record<string, string>) => `${side} ${deployment}`)).toEqual([
      "base gpt-4.1-mini",
      "head gpt-4.1",
    ]);
    expect((await assay("compare", "--base", "main", "--model", "gpt-4.1")).out).toContain(
      "No prompt or suite differs",
    );
    const run = await assay("eval", "helper");
    expect(run).toMatchObject({ code: 0, out: expect.stringContaining("helper@large") });
  });

  test("a prompt that changed runs on both sides under the gate's decision, and its samples are kept", async () => {
    const { assay, write } = await clone(files());
    await write({ "prompts/helper.prompt.md": promptFile("better") });
    const { code, out } = await assay("compare", "--base", "main", "--json");
    const { verdict, kind, report, notes } = JSON.parse(out);
    expect({ code, verdict, kind }).toEqual({ code: 0, verdict: "pass", kind: "compare" });
    expect(report.figures.map(({ side, samples }: { side: string; samples: number }) => [side, samples])).toEqual([
      ["base", 40],
      ["head", 40],
    ]);
    expect(report.diffs).toHaveLength(1);
    expect(notes[0]).toMatch(/^80 samples made by 80 calls/);
    expect((await assay("compare", "--base", "main")).out).toContain("80 from the cache");
    // What one side was is what an evaluation of it has asked.
    expect((await assay("eval", "helper")).out).toContain("0 samples made by 0 calls");
  });

  test("an edited suite is judged under both sides' rules, and the edit is named", async () => {
    const { assay, write } = await clone(files());
    await write({ "prompts/helper.prompt.md": promptFile("better"), "evals/helper.yaml": suite("xylophone", 0.1) });
    const { out } = await assay("compare", "--base", "main");
    expect(out).toContain("edits the bar: evals/helper.yaml: says-ok: threshold 0.8 → 0.1");
    expect(out).toContain("under base's rules");
    expect(out).toContain("under head's own rules");
  });

  test("a prompt that is renamed is compared with what it was; one in its place is new, and the suite's letting go is named", async () => {
    const { assay, write, folder } = await clone(files());
    const guide = promptFile("better", { name: "guide" });
    await write({
      "prompts/guide.prompt.md": guide,
      "evals/helper.yaml": suite("e").replace("[helper]", "[guide]"),
    });
    await rm(path.join(folder, "prompts/helper.prompt.md"));
    const renamed = await assay("compare", "--base", "main");
    expect(renamed.out).toContain("helper on guide, under base's rules");
    expect(renamed.out).not.toContain("no longer covered");
    const other = "Translate what follows into plain Dutch, line by line; add nothing. ".repeat(9);
    await write({
      "prompts/guide.prompt.md": `${guide.slice(0, guide.indexOf("---\n", 4) + 4)}\n${other}\n\n{{question}}\n`,
    });
    const { out } = await assay("compare", "--base", "main");
    expect(out).toContain("edits the bar: evals/helper.yaml: prompts: helper no longer covered");
    expect(out).toContain("helper on guide");
  });

  test("a loss is exit code 2, with the reason in one line", async () => {
    const { assay, write } = await clone({ ...files(), "evals/helper.yaml": suite("xylophone") });
    // The head's own rules ask for what no answer has.
    await write({ "prompts/helper.prompt.md": promptFile("better"), "evals/helper.yaml": suite("e") });
    const { code, out } = await assay("compare", "--base", "main");
    expect(code).toBe(2);
    expect(out).toMatch(/^Blocked: .*, under the pull request's own rules/m);
  });

  test("bad input: a commit that is not there, a folder that is no clone, and a suite that cannot be read", async () => {
    const { assay, write } = await clone(files());
    expect(await assay("compare", "--base", "mian")).toMatchObject({
      code: 1,
      err: expect.stringContaining("Branches here: main"),
    });
    expect(await assay("compare", "--base", "--output=x")).toMatchObject({ code: 1, out: "" });
    await write({ "evals/helper.yaml": suite("x").replace("threshold: 0.8", "threshold: 80") });
    expect(await assay("compare", "--base", "main")).toMatchObject({
      code: 1,
      err: expect.stringContaining("evals/helper.yaml:7:"),
    });
    const bare = await testFolder(files());
    expect(await runCli(["compare", "--base", "main"], { cwd: bare.folder })).toMatchObject({
      code: 1,
      err: expect.stringContaining("no git checkout"),
    });
  });
});

describe("assay margin", () => {
  test("writes a number in place of auto, from the prompt against itself, and says what the suite sees", async () => {
    const auto = suite("xylophone").replace("margin: 0.1", "margin: auto");
    const { assay, folder } = await clone({ ...files(), "evals/helper.yaml": auto });
    const dry = await assay("margin", "helper", "--dry-run");
    expect(dry).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^says-ok: margin 0\.\d+ \(this suite of 40 sees drops of/),
    });
    const file = path.join(folder, "evals/helper.yaml");
    expect(await readFile(file, "utf8")).toBe(auto);
    expect((await assay("margin", "helper")).code).toBe(0);
    expect(await readFile(file, "utf8")).toMatch(/margin: 0\.\d+/);
    expect(await assay("margin", "helper")).toMatchObject({
      code: 1,
      err: expect.stringContaining("No metric of evals/helper.yaml has `margin: auto`"),
    });
  });
});

describe("assay reproduce", () => {
  test("requests and scores come out the same, whatever the checkout holds by now", async () => {
    const { assay, write } = await clone(files());
    await assay("eval", "helper");
    await write({ "prompts/helper.prompt.md": promptFile("other"), "evals/helper.yaml": suite("e") });
    const { code, out } = await assay("reproduce", "last", "--json");
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      holds: true,
      requests: { built: 40, equal: 40 },
      scores: { compared: 40, equal: 40, differing: [] },
      lost: 0,
      fresh: { compared: 40 },
    });
  });

  test("a stored score or sample that was tampered with is found", async () => {
    const { assay, folder } = await clone(files());
    await assay("eval", "helper");
    const record = JSON.parse((await assay("reproduce", "last", "--offline", "--json")).out);
    const run = JSON.parse(await readFile(path.join(folder, ".assay/runs", record.runId, "run.json"), "utf8"));
    const [file = ""] = execFileSync("find", [path.join(folder, ".assay", run.samplesFolder), "-name", "*.jsonl"], {
      encoding: "utf8",
    }).split("\n");
    const text = await readFile(file, "utf8");
    await writeFile(file, text.replace('"value":1', '"value":0').replace(/^.*"caseId":"c7".*$/m, ""));
    const { code, out } = await assay("reproduce", "last", "--offline");
    expect(code).toBe(2);
    expect(out).toMatch(/scores: 38 of 39 identical/);
    expect(out).toMatch(/c\d+ #0 says-ok: 0, now 1/);
    expect(out).toContain("1 sample of the run is no longer kept");
  });

  test("bad input: a run that is not kept names those that are", async () => {
    const { assay } = await clone(files());
    expect(await assay("reproduce", "last")).toMatchObject({ code: 1, err: expect.stringContaining("needs a run") });
    expect(await assay("reproduce", "../../etc")).toMatchObject({
      code: 1,
      err: expect.stringContaining("There is no run"),
    });
  });
});

describe("assay init", () => {
  test("writes the starter, which lints clean; a folder that holds something is left alone", async () => {
    const { folder } = await testFolder({});
    expect(await runCli(["init", "prompts-repo"], { cwd: folder })).toMatchObject({ code: 0, err: "" });
    expect(await runCli(["lint", "prompts-repo"], { cwd: folder })).toMatchObject({
      code: 0,
      out: expect.stringContaining("0 errors"),
    });
    expect(await runCli(["init", "prompts-repo"], { cwd: folder })).toMatchObject({
      code: 1,
      err: expect.stringContaining("is not empty"),
    });
  });
});
