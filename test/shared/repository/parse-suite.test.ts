import { describe, expect, test } from "vitest";
import { parsePolicy } from "../../../src/shared/repository/parse-policy.ts";
import { parseSuite } from "../../../src/shared/repository/parse-suite.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const head = "schema: assay/suite/v1\nname: s\nversion: 1.0.0\n";
const suite = (text: string) => parseSuite("evals/s.yaml", bytes(text));
const policy = (text: string) => parsePolicy("assay.yaml", bytes(text));
const places = ({ findings }: { findings: { code: string; line: number; column: number }[] }) =>
  findings.map(({ code, line, column }) => `${code} ${line}:${column}`);

describe("a suite file", () => {
  test("has defaults", () => {
    const { suite: read, findings } = suite(
      `${head}datasets: [{ cases: [{ q: 1 }] }]\nevaluators: [{ uses: contains }]\n`,
    );
    expect(findings).toEqual([]);
    expect(read).toMatchObject({
      prompts: [],
      repeats: 1,
      mustPass: [],
      segmentBy: [],
      evaluators: [{ uses: "contains", with: {}, primary: false }],
    });
  });

  test("bad input: each problem has its place", () => {
    const text = `${head}datasets: []\nevaluators:\n  - uses: contains\n    treshold: 0.5\n    margin: big\nrepeats: 0\nsurprise: 1\n`;
    expect(places(suite(text)).sort()).toEqual([
      "suite/invalid 4:11",
      "suite/invalid 8:13",
      "suite/invalid 9:10",
      "suite/unknown-key 10:1",
      "suite/unknown-key 7:5",
    ]);
  });

  test("bad input: not a suite, not YAML, not text", () => {
    expect(places(suite("a: 1"))).toEqual(["suite/missing-schema 1:1"]);
    expect(places(suite(""))).toEqual(["suite/missing-schema 1:1"]);
    expect(places(suite("schema: assay/suite/v2"))[0]).toBe("suite/invalid 1:9");
    expect(places(suite("a: [1"))[0]).toMatch(/^yaml\/syntax/);
    expect(places(suite("a: 1\na: 2"))).toEqual(["yaml/duplicate-key 2:1"]);
    expect(places(suite("schema: assay/suite/v1\nmetadata: &m { a: *m }"))).toEqual(["yaml/too-deep 2:19"]);
  });

  test("bad input: what is missing or misplaced is told how to be written", () => {
    const { findings } = suite(`${head}cases: [{ q: 1 }]\nevaluators: [{ uses: contains }]\n`);
    expect(findings.map(({ message, fix }) => `${message} ${fix}`).sort()).toEqual([
      "Unknown key `cases`. Write it below `datasets`, as `- cases:`.",
      "`datasets` is missing Add `datasets:` with its value.",
    ]);
  });

  test("bad input: numbers where text is wanted are told how to be written", () => {
    const { findings } = suite(
      `${head.replace("1.0.0", "1.0")}datasets: [{ cases: [{ q: 1 }] }]\nevaluators: [{ uses: contains }]\n`,
    );
    expect(findings).toMatchObject([
      { code: "suite/invalid", line: 3, column: 10, fix: "Write text; put numbers, true and false in quotes." },
    ]);
  });
});

describe("assay.yaml", () => {
  test("a policy with nothing but its schema enforces", () => {
    const { policy: read, findings } = policy("schema: assay/policy/v1\n");
    expect(findings).toEqual([]);
    expect(read).toEqual({
      schema: "assay/policy/v1",
      mode: "enforce",
      required: [],
      onInconclusive: "neutral",
      approvals: {
        okToTest: "write",
        releases: {
          experiment: { count: 0, permission: "write" },
          staging: { count: 0, permission: "write" },
          prod: { count: 1, permission: "write" },
        },
      },
      caps: { maxCallsPerRun: 20_000 },
      comments: "always",
      blockingSegments: [],
      productionShare: 0.5,
    });
  });

  test("one glob or several may be written", () => {
    const { policy: read } = policy(
      "schema: assay/policy/v1\nrequired:\n  - suites: safety-*\n  - { prompts: [prompts/a/**, 'prompts/b*'], suites: [x] }\n",
    );
    expect(read?.required).toEqual([
      { prompts: ["prompts/**"], suites: ["safety-*"] },
      { prompts: ["prompts/a/**", "prompts/b*"], suites: ["x"] },
    ]);
  });

  test("bad input: unknown keys, values out of range and patterns that could hang", () => {
    const text =
      "schema: assay/policy/v1\nmode: relax\nproductionShare: 1.5\ncaps: { maxCalls: 1 }\nrequired:\n  - suites: '*a*a*a*a*a*a*a*'\n  - suites: '+(a|aa)'\n";
    expect(places(policy(text)).sort()).toEqual([
      "policy/invalid 2:7",
      "policy/invalid 3:18",
      "policy/invalid 6:13",
      "policy/invalid 7:13",
      "policy/unknown-key 4:9",
    ]);
    expect(places(policy("[]"))).toEqual(["policy/invalid 1:1"]);
    expect(places(policy(""))).toEqual(["policy/invalid 1:1"]);
  });
});
