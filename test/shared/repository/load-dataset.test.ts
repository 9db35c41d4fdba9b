import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { caseDigest, datasetDigest } from "../../../src/shared/repository/case-digest.ts";
import { loadDatasets } from "../../../src/shared/repository/load-dataset.ts";
import { parseSuite } from "../../../src/shared/repository/parse-suite.ts";
import { EvalCase } from "../../../src/shared/repository/suite.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const path = "evals/checkout/suite.yaml";

function load(datasets: string, files: Record<string, string> = {}, more = "") {
  const text = `schema: assay/suite/v1\nname: s\nversion: 1.0.0\nevaluators: [{ uses: contains }]\n${more}datasets:\n${datasets}`;
  const { suite, yaml, findings } = parseSuite(path, bytes(text));
  if (!suite || !yaml) throw new Error(JSON.stringify(findings));
  return loadDatasets(path, suite, yaml, (name) => {
    const file = files[name];
    return file === undefined
      ? { code: "file/not-found", severity: "error", path: name, line: 1, column: 1, message: name, fix: "" }
      : bytes(file);
  });
}

const file = (name: string, content: string, more = "") =>
  load(`  - path: ${name}\n`, { [`evals/checkout/${name}`]: content }, more);
const codes = ({ findings }: ReturnType<typeof load>) =>
  findings.map(({ code, path: at, line }) => `${code} ${at}:${line}`);

describe("rows", () => {
  test("a row without `inputs` has its other keys as inputs", () => {
    const { cases, findings } = file(
      "a.jsonl",
      '{"id":"a","question":"q","n":1,"expected":"e","facts":["f"],"context":"c","tags":"t","segment.language":"de","segments":{"kind":"hostile"},"cluster":7,"weight":2,"mustPass":true}\n',
    );
    expect(findings).toEqual([]);
    expect(cases).toEqual([
      {
        id: "a",
        inputs: { question: "q", n: 1 },
        expected: ["e"],
        facts: ["f"],
        context: ["c"],
        tags: ["t"],
        segments: { kind: "hostile", language: "de" },
        cluster: "7",
        weight: 2,
        mustPass: true,
        turns: [],
        holdout: false,
      },
    ]);
  });

  test("a conversation may be all that a case has; from CSV it is a JSON list", () => {
    const turns = [
      { role: "user", content: "Hi" },
      { role: "assistant", content: "", toolCalls: [{ id: "1", name: "find", arguments: {} }] },
      { role: "tool", toolCallId: "1", content: "none" },
    ];
    const { cases, findings } = file("a.jsonl", `${JSON.stringify({ id: "a", turns, holdout: true })}\n`);
    expect(findings).toEqual([]);
    expect(cases[0]).toMatchObject({ inputs: {}, turns, holdout: true });
    const csv = file(
      "b.csv",
      `id,turns,holdout\nb,"${JSON.stringify(turns.slice(0, 1)).replaceAll('"', '""')}",true\n`,
    );
    expect(csv.cases[0]).toMatchObject({ turns: turns.slice(0, 1), holdout: true });
  });

  test("bad input: a turn of no known role", () => {
    expect(codes(file("a.jsonl", '{"turns":[{"role":"system","content":"x"}]}\n'))).toContain(
      "dataset/invalid-row evals/checkout/a.jsonl:1",
    );
  });

  test("a row with `inputs` ignores other keys, and says so once a file", () => {
    const loaded = file("a.jsonl", '{"inputs":{"q":"1"},"extra":1}\n{"inputs":{"q":"2"},"extra":2}\n');
    expect(loaded.cases.map(({ inputs }) => inputs)).toEqual([{ q: "1" }, { q: "2" }]);
    expect(codes(loaded)).toEqual(["dataset/unknown-key evals/checkout/a.jsonl:1"]);
  });

  test("numbers and booleans stand for text where text is wanted", () => {
    const { cases } = file("a.jsonl", '{"id":7,"q":1,"expected":[42,true]}\n');
    expect(cases[0]).toMatchObject({ id: "7", expected: ["42", "true"], inputs: { q: 1 } });
  });

  test("the suite's own `mustPass` is merged into its cases", () => {
    const { cases } = file("a.jsonl", '{"id":"a","q":1}\n{"id":"b","q":2}\n', "mustPass: [b]\n");
    expect(cases.map(({ mustPass }) => mustPass)).toEqual([false, true]);
  });
});

describe("formats", () => {
  test("CSV has lists as JSON or with |, empty cells as nothing, and lines of quoted cells counted", () => {
    const loaded = file(
      "a.csv",
      'id,question,expected,facts,segment.language,weight,mustPass,locale\r\n1,"two\r\nlines","[""a|b"",""c""]",x | y,de,0.5,true,\r\n2,[1],,,,,,en\r\n',
    );
    expect(loaded.findings).toEqual([]);
    expect(loaded.cases).toMatchObject([
      {
        id: "1",
        inputs: { question: "two\nlines" },
        expected: ["a|b", "c"],
        facts: ["x", "y"],
        segments: { language: "de" },
        weight: 0.5,
        mustPass: true,
      },
      { id: "2", inputs: { question: "[1]", locale: "en" }, expected: [], weight: 1, mustPass: false },
    ]);
    expect(loaded.cases[0]?.inputs).not.toHaveProperty("locale");
    expect(loaded.origins["2"]).toEqual({ path: "evals/checkout/a.csv", line: 4 });
  });

  test("YAML and JSON are a list, or have it under `cases`", () => {
    const yaml = file("a.yaml", "cases:\n  - id: a\n    q: 1\n  - id: b\n    q: 2\n");
    expect(yaml.origins).toEqual({
      a: { path: "evals/checkout/a.yaml", line: 2 },
      b: { path: "evals/checkout/a.yaml", line: 4 },
    });
    expect(file("a.yml", "- q: 1\n").cases).toHaveLength(1);
    expect(file("a.json", '[{"q":1},{"q":2}]').cases).toHaveLength(2);
    expect(file("a.json", '{"cases":[{"q":1}]}').cases).toHaveLength(1);
  });

  test("inline cases and several datasets come in the order of the suite", () => {
    const loaded = load("  - cases:\n      - id: a\n        q: 1\n  - path: ../more.jsonl\n", {
      "evals/more.jsonl": '{"id":"b","q":2}',
    });
    expect(loaded.cases.map(({ id }) => id)).toEqual(["a", "b"]);
    expect(loaded.origins.a).toEqual({ path, line: 7 });
    expect(loaded.files).toEqual(["evals/more.jsonl"]);
  });
});

describe("ids", () => {
  test("are derived from the inputs, and numbered for exact repeats", () => {
    const { cases } = file("a.jsonl", '{"q":"1"}\n{"q":"2"}\n{"q":"1","expected":"x"}\n{"inputs":{"q":"1"}}\n');
    const [first, second, third, fourth] = cases.map(({ id }) => id);
    expect(first).toMatch(/^[0-9a-f]{12}$/);
    expect(second).not.toBe(first);
    expect([third, fourth]).toEqual([`${first}-2`, `${first}-3`]);
  });

  test("stay the same when other rows come and go, and whatever the format", () => {
    const inputs = { b: "2", a: "1" };
    const one = file("a.jsonl", JSON.stringify(inputs)).cases[0]?.id;
    expect(file("a.csv", "x,a,b\n9,,\n,1,2\n").cases[1]?.id).toBe(one);
    expect(file("a.yaml", '- a: "1"\n  b: "2"\n').cases[0]?.id).toBe(one);
  });

  test("bad input: duplicate ids", () => {
    const loaded = file("a.jsonl", '{"id":"a","q":1}\n{"id":"a","q":2}\n');
    expect(codes(loaded)).toEqual(["dataset/duplicate-id evals/checkout/a.jsonl:2"]);
    expect(loaded.cases.map(({ inputs }) => inputs)).toEqual([{ q: 1 }]);
  });

  test("a derived id keeps out of the way of a written one", () => {
    const id = file("a.jsonl", '{"q":1}').cases[0]?.id;
    const loaded = file("a.jsonl", `{"q":1}\n{"id":"${id}","q":2}`);
    expect(loaded.findings).toEqual([]);
    expect(loaded.cases.map((item) => item.id)).toEqual([`${id}-2`, id]);
  });
});

describe("digests", () => {
  const item = (more: Partial<EvalCase> = {}) =>
    EvalCase.parse({ id: "a", inputs: { q: "1", r: "2" }, expected: ["e"], ...more });

  test("a case's digest is of what is sent and scored", () => {
    const digest = caseDigest(item());
    expect(caseDigest(item({ id: "b", weight: 3, cluster: "c" }))).toBe(digest);
    expect(caseDigest(item({ inputs: { r: "2", q: "1" } }))).toBe(digest);
    const others: Partial<EvalCase>[] = [
      { inputs: {} },
      { expected: [] },
      { facts: ["f"] },
      { context: ["c"] },
      { tags: ["hostile"] },
      { segments: { a: "b" } },
      { mustPass: true },
    ];
    for (const other of others) expect(caseDigest(item(other)), JSON.stringify(other)).not.toBe(digest);
  });

  test("a dataset's digest is of all of it, in any order", () => {
    const [a, b] = [item(), item({ id: "b" })];
    expect(datasetDigest([a, b])).toBe(datasetDigest([b, a]));
    expect(datasetDigest([a, b])).not.toBe(datasetDigest([a]));
    expect(datasetDigest([item({ weight: 2 })])).not.toBe(datasetDigest([a]));
  });
});

describe("bad input", () => {
  test("bad input: empty datasets", () => {
    for (const [name, content] of [
      ["a.jsonl", ""],
      ["a.jsonl", "\n \n"],
      ["a.csv", "id,q\n"],
      ["a.csv", ""],
      ["a.yaml", "[]"],
      ["a.yaml", ""],
      ["a.json", "[]"],
    ] as const) {
      expect(codes(file(name, content)), `${name} ${JSON.stringify(content)}`).toEqual([
        `dataset/empty evals/checkout/${name}:1`,
      ]);
    }
    expect(codes(load("  - cases: []\n"))).toEqual([`dataset/empty ${path}:6`]);
  });

  test("bad input: rows that are no cases, each with its line", () => {
    const rows = [
      "[]",
      "7",
      "null",
      "{}",
      '{"inputs":[]}',
      '{"q":1,"weight":0}',
      '{"q":1,"weight":"x"}',
      '{"q":1,"mustPass":"yes"}',
      '{"q":1,"segments":[]}',
      '{"q":1,"id":""}',
      '{"q":1,"id":"a\\nb"}',
      '{"q":1,"expected":{}}',
      '{"q":1,"__proto__":{}}',
      '{"q":{"a":{"__proto__":1}}}',
    ];
    const loaded = file("a.jsonl", rows.join("\n"));
    expect(codes(loaded)).toEqual(rows.map((_, index) => `dataset/invalid-row evals/checkout/a.jsonl:${index + 1}`));
    expect(loaded.cases).toEqual([]);
    expect(loaded.findings[11]?.message).toBe("The row is not a case: `expected`: must be text or a list.");
  });

  test("bad input: broken JSON, CSV and YAML", () => {
    expect(codes(file("a.jsonl", '{"q":1}\n{"q":\n'))).toEqual(["json/syntax evals/checkout/a.jsonl:2"]);
    expect(codes(file("a.json", "{"))).toEqual(["json/syntax evals/checkout/a.json:1"]);
    expect(codes(file("a.json", '{"a":1}'))).toEqual(["dataset/invalid-row evals/checkout/a.json:1"]);
    expect(codes(file("a.yaml", "- a: [\n"))[0]).toMatch(/^yaml\/syntax/);
    expect(codes(file("a.csv", 'a,b\n1,"2\n'))[0]).toMatch(/^dataset\/invalid-row/);
    expect(codes(file("a.csv", "a,b\n1\n1,2\n"))).toEqual(["dataset/invalid-row evals/checkout/a.csv:2"]);
    expect(codes(file("a.csv", "a,a\n1,2\n"))[0]).toBe("dataset/invalid-row evals/checkout/a.csv:1");
    expect(codes(file("a.csv", "__proto__,a\n1,2\n"))[0]).toBe("dataset/invalid-row evals/checkout/a.csv:1");
    expect(codes(file("a.txt", "x"))).toEqual(["dataset/format evals/checkout/a.txt:1"]);
  });

  test("bad input: values that nest without end are no cases", () => {
    const deep = `{"q":${"[".repeat(100_000)}${"]".repeat(100_000)}}`;
    expect(codes(file("a.jsonl", deep))[0]).toMatch(/^(dataset\/invalid-row|json\/syntax)/);
  });

  test("bad input: a byte order mark and CRLF change nothing", () => {
    const plain = file("a.jsonl", '{"q":"1"}\n{"q":"2"}\n');
    expect(file("a.jsonl", '\uFEFF{"q":"1"}\r\n{"q":"2"}\r\n')).toEqual(plain);
    expect(file("a.csv", "\uFEFFq\r\n1\r\n2\r\n").cases).toEqual(plain.cases);
  });

  test("bad input: paths that lead elsewhere", () => {
    for (const reference of [
      "../../../etc/passwd",
      "/etc/passwd",
      "https://example.com/a.jsonl",
      "file:///a",
      "C:/a",
      "..\\\\a.jsonl",
    ]) {
      expect(codes(load(`  - path: "${reference}"\n`)), reference).toEqual([`file/outside ${path}:6`]);
    }
    expect(codes(load("  - path: nowhere.jsonl\n"))).toEqual([`file/not-found ${path}:6`]);
    expect(load("  - path: ./../checkout//a.jsonl\n", { "evals/checkout/a.jsonl": '{"q":1}' }).findings).toEqual([]);
  });

  test("bad input: more cases than are run", () => {
    const loaded = file("a.jsonl", Array.from({ length: 10_001 }, (_, index) => `{"q":${index}}`).join("\n"));
    expect(codes(loaded)).toEqual([`dataset/too-many-cases ${path}:1`]);
    expect(loaded.cases).toHaveLength(10_000);
  });

  test("bad input: never throws, whatever the file", () => {
    const noise = fc.string({ unit: fc.constantFrom(..."{}[]\":,\n\r|-ab 1\\'&*"), maxLength: 200 });
    fc.assert(
      fc.property(
        fc.oneof(noise, fc.string()),
        fc.constantFrom("a.jsonl", "a.csv", "a.json", "a.yaml"),
        (content, name) => {
          const { cases, findings, origins } = file(name, content);
          expect(cases.length > 0 || findings.length > 0).toBe(true);
          for (const { id } of cases) expect(origins[id]).toBeDefined();
        },
      ),
      { numRuns: 500 },
    );
  });

  test("any case written as JSONL is read as it was", () => {
    const texts = fc.array(fc.string(), { maxLength: 3 });
    const written = fc.record({
      id: fc.stringMatching(/^[a-z0-9-]{1,12}$/),
      inputs: fc.dictionary(fc.stringMatching(/^[a-z]{1,6}$/), fc.jsonValue({ maxDepth: 3, noUnicodeString: false }), {
        minKeys: 1,
      }),
      expected: texts,
      facts: texts,
      context: texts,
      segments: fc.dictionary(fc.stringMatching(/^[a-z]{1,6}$/), fc.string()),
    });
    fc.assert(
      fc.property(written, (row) => {
        const line = JSON.stringify(row);
        fc.pre(!line.includes("__proto__"));
        const { cases, findings } = file("a.jsonl", line);
        expect(findings).toEqual([]);
        expect(JSON.parse(JSON.stringify(cases[0]))).toMatchObject(JSON.parse(line));
      }),
    );
  });
});
