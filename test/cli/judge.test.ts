import { once } from "node:events";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createModelServer } from "../../src/local/model/server.ts";
import { sampleDigest } from "../../src/shared/evals/calibration/sample-digest.ts";
import { EvalCase } from "../../src/shared/repository/suite.ts";
import { folderWith, runCli } from "../support/run-cli.ts";

const context = ["The deposit is released within 48 hours after the return.", "Rentals are paid by credit card."];
const good = "The deposit is released within 48 hours after the return.";
const bad = "I don't know: the documentation does not say anything about that.";
const caseOf = (i: number) =>
  EvalCase.parse({ id: `c${i}`, inputs: { question: `When is the deposit released after return ${i}?` }, context });
const label = (i: number) => {
  const output = i % 2 === 0 ? good : bad;
  return { sample: sampleDigest(caseOf(i), { output }), label: i % 2 === 0, case: `c${i}`, output };
};
const lines = (rows: object[]) => rows.map((row) => `${JSON.stringify(row)}\n`).join("");
const all = Array.from({ length: 60 }, (_, i) => i);
const files = {
  "assay.yaml": "schema: assay/policy/v1\n",
  "evals/s.yaml":
    "schema: assay/suite/v1\nname: s\nversion: 1.0.0\ndatasets: [{ path: cases.jsonl }]\nevaluators:\n  - { name: relevance, uses: judge/relevance, with: { judge: gpt-4.1 }, threshold: 0.1, margin: 0.1 }\n",
  "evals/cases.jsonl": lines(all.map((i) => ({ id: `c${i}`, inputs: caseOf(i).inputs, context }))),
  "labels/relevance.jsonl": lines(all.map(label)),
};

const server = createModelServer({ seed: 1, latencyMs: 0 });
let url = "";
let folder: Awaited<ReturnType<typeof folderWith>>;
beforeEach(async () => {
  folder = await folderWith(files);
  if (!url) {
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    url = `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}/v1`;
  }
  return () => folder.remove();
});
afterEach(() => server.closeAllConnections());

const calibrate = (...args: string[]) => runCli(["judge", "calibrate", "relevance", ...args], { cwd: folder.folder });

describe("assay judge calibrate", () => {
  test("asks the judge, prints agreement with intervals and the disagreements, keeps what it said", async () => {
    const before = await calibrate();
    expect([before.code, before.out]).toEqual([3, expect.stringContaining("advises: 0 of 50 labels judged")]);
    const asked = await calibrate("--endpoint", url, "--write");
    expect(asked.err).toContain("Wrote 60 judgements");
    expect(asked.out).toMatch(/agreement +\d+\.\d % \(95 % interval/);
    expect(asked.code).toBe(0);
    const kept = await readFile(path.join(folder.folder, "labels/relevance.judged.jsonl"), "utf8");
    expect(kept.trim().split("\n")).toHaveLength(60);
    const after = await calibrate("--json");
    expect(JSON.parse(after.out)).toMatchObject({ metric: "relevance", judged: 60, calibrated: true });
  });

  test("rows prints the answers of the latest run that have no label, and a filled-in row is a label", async () => {
    const prompt =
      "---\nschema: assay/prompt/v1\nname: p\nmodel: gpt-4.1\ninputs: { question: { type: string }, context: { type: list } }\nevals: [s]\n---\nUse only the documentation:\n{{context}}\n\nQuestion: {{question}}\n";
    const asked = all.slice(0, 3).map((i) => ({ id: `c${i}`, inputs: { ...caseOf(i).inputs, context }, context }));
    await folder.write({ "prompts/p.prompt.md": prompt, "evals/cases.jsonl": lines(asked) });
    const ran = await runCli(["eval", "s", "--endpoint", url], { cwd: folder.folder });
    expect(ran.code, ran.err).not.toBe(1);
    const rows = (await runCli(["judge", "rows", "relevance"], { cwd: folder.folder })).out.trim().split("\n");
    expect(rows).toHaveLength(3);
    const filled = rows.map((row) => ({ ...JSON.parse(row), label: true }));
    await folder.write({ "labels/relevance.jsonl": lines(filled) });
    expect((await calibrate("--endpoint", url)).out).toMatch(/labelled samples +3\njudged as it is now 3/);
    const none = await runCli(["judge", "rows", "relevance"], { cwd: folder.folder });
    expect(none).toMatchObject({ code: 0, out: "", err: expect.stringContaining("has a label") });
  });

  test("a label whose case changed since is of another sample, and is told", async () => {
    const [first, ...others] = all.map((i) => ({ id: `c${i}`, inputs: caseOf(i).inputs, context }));
    await folder.write({ "evals/cases.jsonl": lines([{ ...first, inputs: { question: "Another?" } }, ...others]) });
    const { err, out } = await calibrate("--endpoint", url);
    expect(err).toContain("the case `c0` or the answer changed since it was labelled");
    expect(out).toMatch(/judged as it is now 59/);
  });

  test("bad input: a row that is no label is told with its line, and the others count", async () => {
    await folder.write({ "labels/relevance.jsonl": `${lines(all.map(label))}{"sample":"x","label":true}\n` });
    const { err, out } = await calibrate();
    expect(err).toMatch(/labels\/relevance\.jsonl:61: .*32 hex digits.*left out/);
    expect(out).toMatch(/labelled samples +60/);
  });

  test("bad input: no such metric, no labels, a name that leaves the folder, --write without anyone to ask", async () => {
    const run = (...args: string[]) => runCli(["judge", ...args], { cwd: folder.folder });
    expect(await run("calibrate", "nonesuch")).toMatchObject({ code: 1, err: expect.stringContaining("relevance") });
    expect((await run("calibrate", "../x")).code).toBe(1);
    expect((await run("calibrate")).code).toBe(1);
    expect(await calibrate("--write")).toMatchObject({ code: 1, err: expect.stringContaining("--endpoint") });
    await folder.write({ "labels/relevance.jsonl": "" });
    expect(await calibrate()).toMatchObject({ code: 1, err: expect.stringContaining("has no labels") });
  });
});
