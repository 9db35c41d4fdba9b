import { describe, expect, test } from "vitest";
import { lines, runCli, testFolder } from "../support/run-cli.ts";

async function score(metric: string, rows: string, more: string[] = []) {
  const { folder } = await testFolder({ "rows.jsonl": rows });
  const result = await runCli(["score", "--metric", metric, "--file", "rows.jsonl", ...more], { cwd: folder });
  return {
    ...result,
    scores: result.out
      .split("\n")
      .filter(Boolean)
      .map((line): unknown => JSON.parse(line)),
  };
}

describe("assay score", () => {
  test("a line in, a line out, in order", async () => {
    const rows = lines(
      { id: "a", prediction: "the cat sat", references: ["the cat sat"] },
      { id: 2, prediction: "the cat", references: ["a dog", "the cat sat"] },
    );
    const { scores, code, err } = await score("f1", rows);
    expect({ scores, code, err }).toEqual({
      scores: [
        { id: "a", score: 1 },
        { id: "2", score: 2 / 3 },
      ],
      code: 0,
      err: "",
    });
  });

  test("a row's params are the evaluator's options, in its spelling and in the library's", async () => {
    const row = { prediction: "running runs", references: ["run"] };
    const { scores } = await score(
      "rouge1@google",
      lines(
        { id: "a", ...row },
        { id: "b", ...row, params: { useStemmer: true } },
        { id: "c", ...row, params: { use_stemmer: true } },
      ),
    );
    expect(scores).toEqual([
      { id: "a", score: 0 },
      { id: "b", score: 2 / 3 },
      { id: "c", score: 2 / 3 },
    ]);
  });

  test("an expected answer of no text is compared with, where a measure can", async () => {
    const rows = lines({ id: "a", prediction: "", references: [""] }, { id: "b", prediction: "abc", references: [""] });
    for (const [metric, expected] of [
      ["levenshtein", [1, 0]],
      ["edit-distance", [0, 3]],
      ["exact@hf", [1, 0]],
      ["f1", [0, 0]],
    ] as const) {
      const { scores, code } = await score(metric, rows);
      expect({ metric, scores, code }).toEqual({
        metric,
        scores: [
          { id: "a", score: expected[0] },
          { id: "b", score: expected[1] },
        ],
        code: 0,
      });
    }
    expect((await score("contains", rows)).code).toBe(1);
  });

  test("options that a metric must have may come with each row", async () => {
    const rows = lines(
      { id: "a", prediction: "7", params: { pattern: "^[0-9]+$" } },
      { id: "b", prediction: "x", params: { pattern: "^[0-9]+$" } },
      { id: "c", prediction: "7" },
    );
    const { scores, code, err } = await score("regex", rows);
    expect(scores.slice(0, 2)).toEqual([
      { id: "a", score: 1 },
      { id: "b", score: 0 },
    ]);
    expect(scores[2]).toMatchObject({ id: "c", score: null, reason: expect.stringContaining("`pattern`") });
    expect(code).toBe(1);
    expect(err).toContain("1 of 3 rows have no score");
  });

  test.each(["latency", "cost", "tokens", "filtered", "safety-filter"])(
    "bad input: %s is read off a call that no file holds, and is refused, never 0",
    async (metric) => {
      const { scores, code, err } = await score(metric, lines({ id: "a", prediction: "x" }));
      expect({ scores, code }).toEqual({ scores: [], code: 1 });
      expect(err).toContain("read off a model's call");
    },
  );

  test("bad input: a judge has nobody to ask, and a common option that is wrong is told before a row is read", async () => {
    const judge = await score("judge/relevance", lines({ id: "a", prediction: "x" }));
    expect(judge).toMatchObject({ code: 1, out: "", err: expect.stringContaining("asks a model") });
    const inGroup = {
      of: [
        { uses: "judge/relevance", with: { judge: "gpt-4.1" } },
        { uses: "contains", with: { value: "x" } },
      ],
    };
    const group = await score("any-of", lines({ id: "a", prediction: "x", params: inGroup }));
    expect(group).toMatchObject({ code: 1, err: expect.stringContaining("asks a model") });
    const plain = {
      of: [
        { uses: "contains", with: { value: "x" } },
        { uses: "contains", with: { value: "y" } },
      ],
    };
    expect((await score("any-of", lines({ id: "a", prediction: "x", params: plain }))).scores).toEqual([
      { id: "a", score: 1 },
    ]);
    const wrong = await score("regex", lines({ id: "a", prediction: "x" }), ["--params", '{"pattern":"("}']);
    expect(wrong).toMatchObject({ code: 1, out: "", err: expect.stringContaining("pattern") });
  });

  test("a hundred thousand rows keep little in memory", async () => {
    const row = { prediction: "yes", references: ["yes"] };
    const { folder } = await testFolder({
      "rows.jsonl": Array.from({ length: 100_000 }, (_, id) => `${JSON.stringify({ id: `${id}`, ...row })}\n`).join(""),
    });
    const { code, out } = await runCli(["score", "--metric", "equals", "--file", "rows.jsonl"], {
      cwd: folder,
      env: { NODE_OPTIONS: "--max-old-space-size=96" },
    });
    expect(code).toBe(0);
    expect(out.split("\n").length).toBe(100_001);
  });

  test("bad input: an unknown evaluator names the closest, before a row is read", async () => {
    const { code, err, out } = await score("rouge1@gogle", "no json");
    expect(code).toBe(1);
    expect(out).toBe("");
    expect(err).toContain('There is no evaluator "rouge1@gogle". The closest is "rouge1@google"');
  });

  test("bad input: a case with no reference has no score, and the others keep theirs", async () => {
    const rows = lines({ id: "a", prediction: "x", references: [] }, { id: "b", prediction: "x", references: ["x"] });
    const { code, err, scores } = await score("f1", rows);
    expect(code).toBe(1);
    expect(scores).toEqual([
      { id: "a", score: null, reason: expect.stringContaining("expected") },
      { id: "b", score: 1 },
    ]);
    expect(err).toContain('rows.jsonl:1: row "a" has no score');
    expect(err).toContain("1 of 2 rows have no score");
  });

  test("bad input: an empty file, duplicate ids and what is no JSON are told by line", async () => {
    expect(await score("f1", "\n")).toMatchObject({ code: 1, err: expect.stringContaining("rows.jsonl has no rows") });
    const rows = `${lines({ id: "a", prediction: "x", references: ["x"] }, { id: "a", prediction: "x", references: ["x"] })}{"id":"c","prediction":NaN}\n[]\n`;
    const { code, err, scores } = await score("f1", rows);
    expect({ code, scores }).toEqual({ code: 1, scores: [{ id: "a", score: 1 }] });
    expect(err).toContain('rows.jsonl:2: the id "a" is also that of line 1');
    expect(err).toContain("rows.jsonl:3: NaN and Infinity are no JSON");
    expect(err).toContain("rows.jsonl:4: it is no row");
  });

  test("bad input: a regex that would backtrack for ever takes linear time, or is refused", async () => {
    const row = { id: "a", prediction: `${"a".repeat(50_000)}!`, references: [] };
    const started = performance.now();
    const { code, scores } = await score("regex", lines(row), ["--params", '{"pattern":"^(a+)+$"}']);
    expect({ code, scores }).toEqual({ code: 0, scores: [{ id: "a", score: 0 }] });
    expect(performance.now() - started).toBeLessThan(10_000);
    const refused = await score("regex", lines(row), ["--params", '{"pattern":"(?=a)a"}']);
    expect(refused.code).toBe(1);
    expect(refused.err).toMatch(/pattern/);
  });

  test("bad input: a parameter that is another dialect's is refused by name", async () => {
    const row = { id: "a", prediction: "x y", references: ["x y"], params: { smoothing: "method1" } };
    const { scores, code } = await score("bleu@azure", lines(row));
    expect(code).toBe(1);
    expect(scores).toEqual([{ id: "a", score: null, reason: expect.stringContaining('"method4"') }]);
  });
});
