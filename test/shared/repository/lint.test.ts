import { describe, expect, test } from "vitest";
import { lint, lintChange } from "../../../src/shared/repository/lint.ts";
import { lintRules } from "../../../src/shared/repository/lint-rules.ts";
import { routeFile } from "../routing/routes.ts";
import { helloCases, helloFiles, helloPrompt, helloSuite, readFiles } from "./memory-repository.ts";

const read = (files: Record<string, string>) => readFiles({ ...helloFiles, ...files });
const known = { evaluatorIds: ["contains", "contains-all", "f1", "latency"], fractionIds: ["f1"] };
const find = async (files: Record<string, string>) => lint(await read(files), known);
const codes = async (files: Record<string, string>) =>
  (await find(files)).map(({ code, path, line, column }) => `${code} ${path}:${line}:${column}`);
const prompt = (from: string | RegExp, to: string) => ({ "prompts/hello.prompt.md": helloPrompt.replace(from, to) });
const suite = (from: string | RegExp, to: string) => ({ "evals/hello-suite.yaml": helloSuite.replace(from, to) });

describe("lint", () => {
  test("has nothing to say about a good repository", async () => {
    expect(await codes({})).toEqual([]);
  });

  test("a prompt is named as its file, and once", async () => {
    const named = prompt("name: hello", "name: goodbye");
    const found = await find({ ...named, ...suite("[hello]", "[goodbye]") });
    expect(found).toMatchObject([{ code: "prompt/name-not-stem", line: 3, column: 7 }]);
    expect(found[0]?.fix).toBe("Write `name: hello`, or rename the file to goodbye.prompt.md.");
    // Told of both: whichever a change brings, it would be a guess which of them is meant.
    expect(await codes({ "prompts/z/hello.prompt.md": helloPrompt })).toEqual([
      "prompt/duplicate-name prompts/hello.prompt.md:3:7",
      "prompt/duplicate-name prompts/z/hello.prompt.md:3:7",
    ]);
  });

  test("bad input: two routes of one name, told of both: whichever a change brings, it would be a guess which is meant", async () => {
    const route = routeFile([]);
    expect(await codes({ "routing/chat.yaml": route, "routing/z/chat.yaml": route })).toEqual([
      "route/duplicate-name routing/chat.yaml:2:7",
      "route/duplicate-name routing/z/chat.yaml:2:7",
    ]);
  });

  test("prompts and suites name each other rightly", async () => {
    expect(await codes(prompt("inputs:", "evals: [evals/nope.yaml, hello-suite]\ninputs:"))).toEqual([
      "prompt/unknown-suite prompts/hello.prompt.md:6:9",
    ]);
    expect(await codes(suite("[hello]", "[hello, nope]"))).toEqual([
      "suite/unknown-prompt evals/hello-suite.yaml:4:18",
    ]);
    expect(await codes({ "evals/z.yaml": helloSuite })).toEqual([
      "suite/duplicate-name evals/hello-suite.yaml:2:7",
      "suite/duplicate-name evals/z.yaml:2:7",
    ]);
    expect(await codes({ "assay.yaml": "schema: assay/policy/v1\nrequired: [{ suites: [safety-*] }]\n" })).toEqual([
      "policy/unknown-suite assay.yaml:1:1",
    ]);
  });

  test("a prompt that no suite with thresholds covers is told the line that mends it", async () => {
    const orphan = helloPrompt.replace("name: hello", "name: orphan");
    const [first] = await find({ "prompts/orphan.prompt.md": orphan });
    expect(first).toMatchObject({
      code: "prompt/not-covered",
      severity: "error",
      path: "prompts/orphan.prompt.md",
      line: 3,
    });
    expect(first?.fix).toBe("Write `prompts: [hello, orphan]` in evals/hello-suite.yaml, line 4.");
    const [unmeasured] = await find(suite("    threshold: 0.8\n", ""));
    expect(unmeasured?.fix).toBe(
      "Add `threshold: NUMBER` to the evaluator `contains` in evals/hello-suite.yaml, line 8.",
    );
    const [advisory] = await find({
      ...suite("prompts: [hello]\n", ""),
      ...prompt("inputs:", "evals: [{ suite: hello-suite, gate: advisory }]\ninputs:"),
    });
    expect(advisory?.fix).toBe("Write `prompts: [hello]` in evals/hello-suite.yaml, line 2.");
    const [silenced] = await find(suite("threshold: 0.8", "threshold: 0.8\n    blocking: false"));
    expect(silenced?.fix).toBe(
      "Remove `blocking: false` from the evaluator `contains` in evals/hello-suite.yaml, line 8.",
    );
    const alone = lint({ ...(await read({})), suites: [] }, known);
    expect(alone[0]?.fix).toBe("Add evals/hello.yaml with `prompts: [hello]` and an evaluator that has a `threshold`.");
  });

  test("bad input: a suite whose prompt cannot be read is sent to that prompt, which is not said to be absent", async () => {
    const found = await find(prompt("---\nschema", "---js\nschema"));
    expect(found.map(({ path, message, fix }) => `${path}: ${message} ${fix}`)).toContainEqual(
      "evals/hello-suite.yaml: The prompt prompts/hello.prompt.md cannot be read. Mend prompts/hello.prompt.md first.",
    );
  });

  test("bad input: a prompt whose suite cannot be read is sent to that suite, not to another", async () => {
    const found = await find({
      ...prompt("inputs:", "evals: [evals/hello-suite.yaml]\ninputs:"),
      ...suite("version: 1.0.0", "version: 1.0"),
    });
    expect(found.map(({ path, message, fix }) => `${path}: ${message} ${fix}`)).toEqual([
      "evals/hello-suite.yaml: `version`: Invalid input: expected string, received number Write text; put numbers, true and false in quotes.",
      "prompts/hello.prompt.md: No suite with thresholds covers the prompt `hello`. Mend evals/hello-suite.yaml first: it cannot be read.",
      "prompts/hello.prompt.md: The suite evals/hello-suite.yaml cannot be read. Mend evals/hello-suite.yaml first.",
    ]);
  });

  test("a suite covers a prompt that names it, or for which the policy requires it", async () => {
    const unnamed = suite("prompts: [hello]\n", "");
    expect(await codes({ ...unnamed, ...prompt("inputs:", "evals: [evals/hello-suite.yaml]\ninputs:") })).toEqual([]);
    expect(
      await codes({ ...unnamed, "assay.yaml": "schema: assay/policy/v1\nrequired: [{ suites: hello-* }]\n" }),
    ).toEqual([]);
    expect(
      await codes({
        ...unnamed,
        "assay.yaml": "schema: assay/policy/v1\nrequired: [{ prompts: prompts/other/**, suites: hello-* }]\n",
      }),
    ).toEqual(["prompt/not-covered prompts/hello.prompt.md:3:7"]);
  });

  test("metrics: known evaluators, names of their own, one primary", async () => {
    const found = await find(suite("uses: contains", "uses: contians"));
    expect(found).toMatchObject([
      { code: "suite/unknown-evaluator", line: 8, column: 11, fix: "Write `uses: contains`." },
    ]);
    expect(await codes(suite("- uses: contains", "- uses: contains\n    primary: true\n  - uses: contains"))).toEqual([
      "suite/duplicate-metric evals/hello-suite.yaml:10:5",
    ]);
    expect(await codes(suite("- uses: contains", "- uses: f1\n  - uses: contains"))).toEqual([
      "suite/primary evals/hello-suite.yaml:8:3",
    ]);
    expect(
      await codes(suite("- uses: contains", "- { uses: f1, primary: true }\n  - uses: contains\n    primary: true")),
    ).toEqual(["suite/primary evals/hello-suite.yaml:8:3"]);
  });

  test("bad input: thresholds out of range for what is a fraction, and unknown evaluators", async () => {
    const found = await codes(
      suite("uses: contains\n    threshold: 0.8", "uses: f1\n    threshold: 80\n    margin: 5\n    passAt: -1"),
    );
    expect(found).toEqual(
      [9, 10, 11].map((line) => `suite/threshold-range evals/hello-suite.yaml:${line}:${[16, 13, 13][line - 9]}`),
    );
    expect(await codes(suite("uses: contains\n    threshold: 0.8", "uses: latency\n    threshold: 80"))).toEqual([]);
    expect(await codes(suite("uses: contains", "uses: __proto__"))).toEqual([
      "suite/unknown-evaluator evals/hello-suite.yaml:8:11",
    ]);
  });

  test("ids of mustPass and dimensions of segmentBy exist", async () => {
    const found = await codes(suite("datasets:", "mustPass: [greeting, nope]\nsegmentBy: [language]\ndatasets:"));
    expect(found).toEqual([
      "suite/unknown-must-pass evals/hello-suite.yaml:5:22",
      "suite/unknown-segment evals/hello-suite.yaml:6:13",
    ]);
  });

  test("cases fit the prompts that they are sent to", async () => {
    const cases = `${helloCases}{"id":"typo","inputs":{"qestion":"x"}}\n{"question":7}\n`;
    const found = await find({ "evals/cases.jsonl": cases });
    expect(found.map(({ code, line, message }) => `${code} ${line} ${message.replace(/[0-9a-f]{12}/, "ID")}`)).toEqual([
      "case/input 3 Case `typo` for the prompt `hello`: input `question` is required and missing.",
      "case/unused-input 3 No prompt of `hello-suite` declares the input `qestion`.",
      "case/input 4 Case `ID` for the prompt `hello`: input `question` is the number 7, and is declared as string.",
    ]);
  });

  test("text of a case in the prompt is leakage", async () => {
    const answer = "Refunds are paid within fourteen days to the card that was charged.";
    const files = {
      "evals/cases.jsonl": `{"question":"When?","expected":"${answer}"}`,
      ...prompt("You answer briefly.", `Example: ${answer.toUpperCase().replaceAll(" ", "\n")}`),
    };
    expect(await codes(files)).toEqual(["prompt/leaked-case prompts/hello.prompt.md:10:1"]);
  });

  test("so is a case's question of five words or more; a greeting is not, and an answer that a rule spells out is not", async () => {
    const leaks = (question: string, expected = "") =>
      codes({
        "evals/cases.jsonl": JSON.stringify({ question, expected }),
        ...prompt("You answer briefly.", `Hi there, my friend! Say "I do not know that, sorry". Example: ${question}`),
      });
    expect(await leaks("Is the deposit paid back?", "I do not know that, sorry")).toEqual([
      "prompt/leaked-case prompts/hello.prompt.md:10:1",
    ]);
    expect(await leaks("Hi there, my friend!", "I do not know that, sorry")).toEqual([]);
  });

  test("cases that differ in digits and punctuation alone are told once, unless they share a cluster", async () => {
    const row = (question: string, more = {}) => JSON.stringify({ question, ...more });
    const cases = [
      row("Where is order 17?"),
      row("where is order 18"),
      row("Where is Order #19!", { cluster: "c" }),
      row("Who is it?"),
    ];
    expect(await codes({ "evals/cases.jsonl": cases.join("\n") })).toEqual([
      "case/near-duplicate evals/cases.jsonl:2:1",
      "case/near-duplicate evals/cases.jsonl:3:1",
    ]);
    const clustered = [row("Order 17?", { cluster: "c" }), row("Order 18?", { cluster: "c" })];
    expect(await codes({ "evals/cases.jsonl": clustered.join("\n") })).toEqual([]);
  });

  test("every finding has its rule's severity and a mend", async () => {
    for (const finding of await find({ ...suite("[hello]", "[nope]"), "prompts/x.prompt.md": "nothing" })) {
      expect(finding.severity).toBe(lintRules[finding.code].severity);
      expect(finding.fix.length).toBeGreaterThan(10);
    }
  });
});

describe("lintChange", () => {
  const change = async (from: string | RegExp, to: string, version = "1.0.0") => {
    const changed = helloPrompt.replace(from, to).replace("version: 1.0.0", `version: ${version}`);
    return lintChange(await read({}), await read({ "prompts/hello.prompt.md": changed })).map(
      ({ fix, line }) => `${line} ${fix}`,
    );
  };

  test("the message says whether the version stayed or went", async () => {
    const messages = async (version: string) => {
      const changed = helloPrompt.replace("briefly", "at length").replace("version: 1.0.0", `version: ${version}`);
      return lintChange(await read({}), await read({ "prompts/hello.prompt.md": changed })).map(
        ({ message }) => message,
      );
    };
    expect(await messages("1.0.0")).toEqual(["The version is still 1.0.0, and text or parameters changed."]);
    expect(await messages("0.9.9")).toEqual(["The version went from 1.0.0 to 0.9.9, and text or parameters changed."]);
  });

  test("text and parameters ask for a patch", async () => {
    expect(await change("briefly", "at length")).toEqual(["4 Write `version: 1.0.1`."]);
    expect(await change("inputs:", "parameters: { temperature: 1 }\ninputs:")).toEqual(["4 Write `version: 1.0.1`."]);
    expect(await change("briefly", "at length", "1.0.1")).toEqual([]);
    expect(await change("briefly", "at length", "0.9.9")).toEqual(["4 Write `version: 1.0.1`."]);
  });

  test("a new optional input asks for a minor version", async () => {
    const add = ["question: { type: string }\n", "question: { type: string }\n  locale: { default: en }\n"] as const;
    expect(await change(...add)).toEqual(["4 Write `version: 1.1.0`."]);
    expect(await change(...add, "1.0.1")).toEqual(["4 Write `version: 1.1.0`."]);
    expect(await change(...add, "1.1.0")).toEqual([]);
    expect(await change(...add, "2.0.0-rc.1")).toEqual([]);
  });

  test("breaking who calls it asks for a major version", async () => {
    const major = ["4 Write `version: 2.0.0`."];
    expect(await change("question: { type: string }", "question: { type: list }")).toEqual(major);
    expect(await change("question: { type: string }", "question: { maxLength: 3 }")).toEqual(major);
    expect(await change("question: { type: string }", "question: { enum: [a] }")).toEqual(major);
    expect(await change("question: { type: string }\n", "question: { type: string }\n  locale: {}\n")).toEqual(major);
    expect(await change(/question/g, "query")).toEqual(major);
    expect(await change("inputs:", "output: { format: json_object }\ninputs:")).toEqual(major);
    expect(await change("inputs:", "output: { format: json_object }\ninputs:", "2.0.0")).toEqual([]);
  });

  test("what changes no behaviour asks for nothing", async () => {
    expect(await change("inputs:", "description: d\ninputs:")).toEqual([]);
    expect(await change("inputs:", "owners: [a]\ninputs:")).toEqual([]);
  });
});
