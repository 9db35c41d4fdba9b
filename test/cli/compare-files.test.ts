import { readFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { aiRepository, suiteFile } from "../support/ai-repository.ts";
import { lines, runCli, testFolder } from "../support/run-cli.ts";

/** Results of `n` cases, of which those below `good` score 1. */
const results = (n: number, good: number, more: Record<string, number | null> = {}) =>
  lines(...Array.from({ length: n }, (_, i) => ({ id: `c${i}`, metrics: { correct: i < good ? 1 : 0, ...more } })));

async function compare(base: string, head: string, args: string[] = [], files: Record<string, string> = {}) {
  const { folder } = await testFolder({ "a.jsonl": base, "b.jsonl": head, ...files });
  const all = ["compare", "--base-results", "a.jsonl", "--head-results", "b.jsonl", ...args];
  return { ...(await runCli(all, { cwd: folder })), folder };
}

describe("assay compare with files of results", () => {
  test.each([
    ["the same scores pass", results(60, 50), results(60, 50), 0, "Passed"],
    [
      "a large loss is regressed",
      results(100, 95),
      results(100, 60),
      2,
      "Blocked: correct fell 35 points (allowed: 5)",
    ],
    ["a loss that may be chance is inconclusive", results(40, 36), results(40, 33), 3, "Inconclusive"],
  ])("%s", async (_, base, head, code, said) => {
    const result = await compare(base, head);
    expect({ code: result.code, err: result.err }).toEqual({ code, err: "" });
    expect(result.out).toContain(said);
  });

  test("one JSON object with the verdict, its reasons and the whole report", async () => {
    const { out, code } = await compare(results(100, 95), results(100, 60), ["--json"]);
    const report = JSON.parse(out);
    expect(code).toBe(2);
    expect(report).toMatchObject({
      schema: "assay/report/v1",
      verdict: "regressed",
      reasons: [expect.stringContaining("correct fell 35 points")],
    });
    expect(report.report.comparisons[0].verdict.metrics[0].passToFail).toHaveLength(35);
  });

  test("a sample that could see nothing says so, and names no drop that is larger than the scale", async () => {
    const { code, out } = await compare(results(1, 0), results(1, 1));
    expect(code).toBe(3);
    expect(out).toContain("no drop, however large, would be seen for sure");
    expect(out).toContain("this sample is too small to see any drop for sure");
    expect(out).not.toMatch(/drops of \d{3}/);
  });

  test("repeats of one case are one unit, and null is missing, never 0", async () => {
    const side = (score: (i: number, repeat: number) => number | null) =>
      lines(
        ...Array.from({ length: 200 }, (_, n) => ({
          id: `c${n >> 1}`,
          repeat: n & 1,
          metrics: { correct: score(n >> 1, n & 1) },
        })),
      );
    const { out } = await compare(
      side(() => 1),
      side((i) => (i === 7 ? null : 1)),
      ["--json"],
    );
    const [metric] = JSON.parse(out).report.comparisons[0].verdict.metrics;
    expect(metric).toMatchObject({
      verdict: "pass",
      missing: ["c7"],
      comparison: { cases: 99, units: 99, headMean: 1 },
    });
    const many = await compare(
      side(() => 1),
      side((i) => (i % 10 === 0 ? null : 1)),
    );
    expect(many.code).toBe(1);
    expect(many.out).toContain("correct lacks scores for 10 of 100 cases (10 %, 2 % allowed)");
  });

  test("a suite of the checkout says margins, thresholds and clusters", async () => {
    const rename = (text: string) => text.replaceAll("correct", "says-ok");
    const { code, out } = await compare(
      rename(results(40, 40)),
      rename(results(40, 40)),
      ["--suite", "helper"],
      aiRepository(),
    );
    expect(code).toBe(0);
    expect(out).toContain("10 points");
    expect(out).toContain("≥ 80 %");
  });

  test("reports for colleagues and for CI, with texts of others escaped", async () => {
    const hostile = `<script>alert(1)</script>"'&`;
    const row = (score: number) => (_: unknown, i: number) => ({
      id: `${hostile}${i}`,
      metrics: { [hostile]: i < 5 ? score : 1 },
    });
    const side = (score: number) => lines(...Array.from({ length: 60 }, row(score)));
    const { code, folder } = await compare(side(1), side(0), [
      "--report",
      "r.html",
      "--report",
      "r.xml",
      "--report",
      "r.md",
      "--report",
      "r.json",
    ]);
    expect(code).not.toBe(1);
    const read = (file: string) => readFile(path.join(folder, file), "utf8");
    const html = await read("r.html");
    expect(html).not.toContain("<script");
    expect(html).toContain('<svg role="img"');
    expect(html).not.toMatch(/(?:src|href)=/);
    const junit = await read("r.xml");
    expect(junit).toMatch(/<testsuites name="[^"<]*" tests="1"/);
    expect(junit).not.toContain("<script");
    expect(await read("r.md")).not.toMatch(/^[^`]*<script/m);
    expect(JSON.parse(await read("r.json"))).toHaveProperty("verdict");
  });

  test("bad input: a base run with other cases than the head", async () => {
    const other = results(50, 50).replaceAll('"id":"c', '"id":"d');
    const none = await compare(results(50, 50), other);
    expect(none).toMatchObject({ code: 1, err: expect.stringContaining("No id is on both sides") });
    const some = await compare(results(101, 101), results(99, 99));
    expect(some.code).toBe(0);
    expect(some.out).toContain("2 cases only in base, left out: c99, c100");
    // A head that stopped half way has no score for the rest: that is missing, not fine.
    const half = await compare(results(100, 100), results(60, 60));
    expect(half.code).toBe(1);
    expect(half.out).toContain("correct lacks scores for 40 of 100 cases (40 %, 2 % allowed)");
  });

  test("cases without a score are named in every report, a pass included", async () => {
    const head = results(100, 100).replace(
      '{"id":"c7","metrics":{"correct":1}}',
      '{"id":"c7","metrics":{"correct":null}}',
    );
    const args = ["--report", "r.html", "--report", "r.md"];
    const { code, out, folder } = await compare(results(100, 100), head, args);
    expect(code).toBe(0);
    expect(out).toContain("without a score, so left out on both sides: c7");
    for (const file of ["r.html", "r.md"]) {
      expect(await readFile(path.join(folder, file), "utf8")).toMatch(
        /without a score, so left out on both sides: \W*c7/,
      );
    }
  });

  test("seconds, dollars and tokens are no shares, however small, and are shown unless they have a margin", async () => {
    const side = (cost: number) => results(60, 60, { cost, "mean-latency": cost });
    const shown = await compare(side(0.001), side(0.3));
    expect(shown).toMatchObject({ code: 0, out: expect.stringMatching(/cost ↓ +\$0\.0010? +\$0\.300?/) });
    expect(shown.out).toMatch(/mean-latency ↓ .*shown only/);
    const held = await compare(side(0.001), side(0.3), ["--margin", "cost=0.0005"]);
    expect(held).toMatchObject({ code: 2, out: expect.stringContaining("Blocked: cost rose") });
  });

  test("bad input: one margin for all does not fit a metric that blocks in another unit", async () => {
    const side = results(60, 60, { words: 120 });
    const all = ["--blocking", "correct,words", "--margin", "0.05"];
    expect(await compare(side, side, all)).toMatchObject({
      code: 1,
      err: expect.stringContaining("Write `--margin words=X`"),
    });
    expect(await compare(side, side, [...all, "--margin", "words=20"])).toMatchObject({ code: 0 });
  });

  test("bad input: a score so large that sums of it overflow is no score", async () => {
    const side = results(60, 60, { words: 1.7e308 });
    expect(await compare(side, side)).toMatchObject({
      code: 1,
      err: expect.stringContaining("`metrics.words`: a score is a finite number of at most 1e100"),
    });
  });

  describe("with a suite", () => {
    const suite = (rule: string, more: string[] = []) => {
      const files = aiRepository("good", 100);
      const [head = "", tail = ""] = suiteFile({ rest: more }).split(/ {2}- \{.*\}\n/);
      const own = `${head}  - { name: correct, uses: contains, with: { value: ok }, primary: true, ${rule} }\n${tail}`;
      return { ...files, "evals/helper.yaml": own };
    };

    test("an invariant and the declared share of missing scores are the suite's", async () => {
      const held = (text: string) => compare(results(100, 100), text, ["--suite", "helper"], suite("invariant: true"));
      expect((await held(results(100, 99))).code).toBe(2);
      const lacks = results(100, 100).replaceAll(/"c[0-3]","metrics":{"correct":1}/g, (row) =>
        row.replace("1}", "null}"),
      );
      const strict = await compare(
        results(100, 100),
        lacks,
        ["--suite", "helper"],
        suite("margin: 0.1, maxMissing: 0.05"),
      );
      expect(strict.code).toBe(0);
    });
    test("a case that must pass and has no result is not evaluated", async () => {
      const files = suite("margin: 0.1", ["mustPass: [c1]"]);
      const without = (text: string) =>
        text
          .split("\n")
          .filter((line) => !line.includes('"c1"'))
          .join("\n");
      for (const [base, head] of [
        [results(100, 100), without(results(100, 100))],
        [without(results(100, 100)), without(results(100, 100))],
      ] as const) {
        const { code, out } = await compare(base, head, ["--suite", "helper"], files);
        expect({ code, said: out.includes("no score for c1, a case that must pass") }).toEqual({ code: 1, said: true });
      }
      const failing = results(100, 100).replace(
        '{"id":"c1","metrics":{"correct":1}}',
        '{"id":"c1","metrics":{"correct":0}}',
      );
      expect((await compare(without(results(100, 100)), failing, ["--suite", "helper"], files)).code).toBe(2);
    });
  });

  test("bad input: duplicate ids, NaN and an empty file are told by line", async () => {
    const twice = results(2, 2) + results(1, 1);
    const { code, err } = await compare(twice, results(2, 2));
    expect(code).toBe(1);
    expect(err).toContain('a.jsonl:3: the id "c0" is also that of a.jsonl:1');
    expect(await compare("", results(2, 2))).toMatchObject({
      code: 1,
      err: expect.stringContaining("a.jsonl has no results"),
    });
    expect(await compare('{"id":"a","metrics":{"x":NaN}}\n', results(2, 2))).toMatchObject({
      code: 1,
      err: expect.stringContaining("a.jsonl:1: NaN"),
    });
  });

  test("bad input: an option of the other way to compare is refused, not passed over", async () => {
    const options = [["--base", "main"], ["--endpoint", "http://127.0.0.1:9"], ["--no-cache"]];
    for (const more of options) {
      const { code, err, out } = await compare(results(4, 4), results(4, 4), more);
      expect({ code, out, err }).toEqual({
        code: 1,
        out: "",
        err: expect.stringContaining(`\`${more[0]}\` has no say`),
      });
    }
    const { folder } = await testFolder({});
    const commit = await runCli(["compare", "--base", "main", "--margin", "0.5"], { cwd: folder });
    expect(commit).toMatchObject({ code: 1, err: expect.stringContaining("`--margin` has no say") });
  });

  test("bad input: a score that is a text is told as what it should be", async () => {
    const { code, err } = await compare(results(4, 4), results(4, 4).replace('"correct":1', '"correct":"1"'));
    expect(code).toBe(1);
    expect(err).toContain("b.jsonl:1: it is no row of results: `metrics.correct`: a score is a finite number");
  });

  test("bad input: thresholds and margins out of range, and a metric that is not there", async () => {
    const [base, head] = [results(50, 50), results(50, 50)];
    for (const [args, said] of [
      [["--threshold", "correct=80"], "write 80 % as 0.8"],
      [["--margin", "5"], "write 5 points as 0.05"],
      [["--margin", "corect=0.05"], 'has the metric "corect"'],
      [["--margin", "correct=much"], "has no number"],
      [["--primary", "other"], "Metrics on both sides: correct"],
      [["--report", "report.docx"], "does not say a format"],
      [["--format", "pdf"], "Choose text, json"],
    ] as const)
      expect(await compare(base, head, [...args])).toMatchObject({
        code: 1,
        err: expect.stringContaining(said),
        out: "",
      });
  });
});
