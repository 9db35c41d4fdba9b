import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parsePrompt } from "../../../src/shared/repository/parse-prompt.ts";
import { helloPrompt } from "./memory-repository.ts";

const path = "prompts/hello.prompt.md";
const parse = (text: string | Uint8Array) =>
  parsePrompt(path, typeof text === "string" ? new TextEncoder().encode(text) : text);
const prompt = (body: string, more = "") => `---\nschema: assay/prompt/v1\nname: hello\nmodel: m\n${more}---\n${body}`;
const codes = (text: string | Uint8Array) =>
  parse(text).findings.map(({ code, line, column }) => `${code} ${line}:${column}`);

describe("a prompt file", () => {
  test("is read with its defaults", () => {
    const { prompt: read, findings } = parse(helloPrompt);
    expect(findings).toEqual([]);
    expect(read).toMatchObject({
      path,
      name: "hello",
      version: "1.0.0",
      model: { deployment: "gpt-4.1", version: "2025-04-14" },
      parameters: {},
      output: { format: "text", strict: true },
      safety: { contentFilter: "default", pii: "redact" },
      messages: [
        { role: "system", template: "You answer briefly." },
        { role: "user", template: "{{question}}" },
      ],
    });
    expect(read?.contentDigest).toMatch(/^[0-9a-f]{64}$/);
    expect(read?.positions["messages.1"]).toMatchObject({ line: 13 });
  });

  test("needs schema, name and model alone; its placeholders are its inputs then", () => {
    const { prompt: read, findings } = parse(prompt("user:\n{{question}} {{ locale }}\n"));
    expect(findings).toEqual([]);
    expect(read?.inputs).toEqual({ question: { type: "any" }, locale: { type: "any" } });
  });

  test("without a model or a route is told to name one; with both that the route decides", () => {
    const route = prompt("user:\nhi").replace("model: m", "route: chat");
    expect(codes(route)).toEqual([]);
    expect(codes(route.replace("route: chat", "route: chat\nmodel: m"))).toEqual(["prompt/model-and-route 5:1"]);
    const neither = parse(prompt("user:\nhi").replace("model: m\n", ""));
    expect(neither.findings[0]).toMatchObject({ code: "prompt/missing-model", severity: "error", line: 3 });
    expect(neither.findings[0]?.fix).toContain("model: DEPLOYMENT");
    expect(neither.prompt?.name).toBe("hello");
  });

  test("takes everything that the format knows", () => {
    const full = prompt(
      "system:\nReply in {{locale}}.\n\nuser:\n{{question}}\n",
      `description: Answers
version: 2.3.0
parameters: { temperature: 0.2, topP: 1, maxOutputTokens: 800, seed: 7, stop: [END] }
inputs:
  question: { type: string, required: true, maxLength: 4000, pii: possible }
  locale: { type: string, enum: [en, de], default: en }
output: { format: json_schema, schema: ./schemas/answer.schema.json, strict: true }
safety: { contentFilter: default, blocklists: [], groundedness: required, pii: redact, maxCostUsd: 0.02, untrusted: [question] }
evals: [{ suite: evals/regression.yaml, gate: required }, other]
owners: ["@acme/checkout-ai"]
metadata: { ticket: 12 }
`,
    );
    const { prompt: read, findings } = parse(full);
    expect(findings).toEqual([]);
    expect(read?.evals).toEqual([
      { suite: "evals/regression.yaml", gate: "required" },
      { suite: "other", gate: "required" },
    ]);
  });

  test("a model is a name at the endpoint of the settings, never a URL", () => {
    for (const model of ["https://evil.example/v1", "a/b", "a@b@c", "@v", "a b"]) {
      expect(codes(prompt("user:\nhi").replace("model: m", `model: "${model}"`)), model).toEqual([
        "prompt/invalid 4:8",
      ]);
    }
  });

  test("findings say where", () => {
    const text = prompt("user:\nhi", "parameters:\n  temperature: 3\n  top_p: 1\nversion: 1\n");
    expect(codes(text)).toEqual(["prompt/invalid 8:10", "prompt/invalid 6:16", "prompt/unknown-key 7:3"]);
  });

  test("unknown placeholders and unused inputs are found at their place", () => {
    const text = prompt("user:\nhi {{nmae}}\n  {{name}}", "inputs:\n  name: {}\n  unused: {}\n");
    expect(codes(text)).toEqual(["prompt/unknown-placeholder 10:4", "prompt/unused-input 7:11"]);
  });
});

describe("messages", () => {
  const messages = (body: string) => parse(prompt(body)).prompt?.messages;

  test("text before the first marker is the system message, as in Prompty; without markers all of it is", () => {
    expect(messages("Be kind.\n\nuser:\nhi")).toEqual([
      { role: "system", template: "Be kind." },
      { role: "user", template: "hi" },
    ]);
    expect(messages("Just this.")).toEqual([{ role: "system", template: "Just this." }]);
    expect(codes(prompt("Just this."))).toEqual(["prompt/no-user-message 6:1"]);
  });

  test("markers may be indented, spaced and have a #", () => {
    expect(messages("  # system :\nA\nuser  :  \nB\n\tassistant:\nC")?.map(({ role }) => role)).toEqual([
      "system",
      "user",
      "assistant",
    ]);
  });

  test("what only looks like a marker is text, and told", () => {
    expect(messages("user:\nSystem:\nthe user: said\nuser: hi\ndeveloper:")).toEqual([
      { role: "user", template: "System:\nthe user: said\nuser: hi\ndeveloper:" },
    ]);
    expect(codes(prompt("user:\nSystem:\ndeveloper:\nuser[name=x]:"))).toEqual([
      "prompt/role-look-alike 7:1",
      "prompt/role-look-alike 8:1",
      "prompt/role-look-alike 9:1",
    ]);
  });

  test("system comes first and once", () => {
    expect(codes(prompt("user:\nhi\nsystem:\nbe kind"))).toEqual(["prompt/system-not-first 8:1"]);
    expect(codes(prompt("be kind\nsystem:\nbe kinder\nuser:\nhi"))).toEqual(["prompt/system-not-first 7:1"]);
  });

  test("empty bodies and empty messages are findings", () => {
    expect(codes(prompt(""))).toEqual(["prompt/empty-body 6:1"]);
    expect(codes(prompt("system:\n\nuser:\nhi"))).toEqual(["prompt/empty-message 6:1"]);
  });
});

describe("bad input", () => {
  test("bad input: front matter in a language that is run", () => {
    for (const first of ["---js", "---javascript", "---json", "--- yaml", "----", "+++", ";;;"]) {
      expect(codes(`${first}\nmodule.exports = {}\n---\nuser:\nhi`), first).toEqual([
        "prompt/front-matter-language 1:1",
      ]);
    }
  });

  test("bad input: no front matter, or one that does not end", () => {
    expect(codes("user:\nhi")).toEqual(["prompt/no-front-matter 1:1"]);
    expect(codes("")).toEqual(["prompt/no-front-matter 1:1"]);
    expect(codes("---\nschema: assay/prompt/v1\n")).toEqual(["prompt/no-front-matter 1:1"]);
    expect(codes("---")).toEqual(["prompt/no-front-matter 1:1"]);
    expect(codes("---\n---\nuser:\nhi")).toEqual(["prompt/missing-schema 1:1"]);
    expect(codes("---\n- a\n---\n")).toEqual(["prompt/missing-schema 1:1"]);
  });

  test("bad input: alias bombs", () => {
    const levels = "abcdefg".split("").map(
      (name, index, all) =>
        `${name}: &${name} [${
          index === 0
            ? "x"
            : Array(9)
                .fill(`*${all[index - 1]}`)
                .join(",")
        }]`,
    );
    expect(codes(`---\nmetadata:\n  ${levels.join("\n  ")}\n---\n`)).toEqual(["yaml/alias 5:22"]);
    expect(codes("---\na: &a [*a, *a]\n---\n")).toEqual(["yaml/too-deep 2:8"]);
    expect(codes("---\na: *nobody\n---\n")).toEqual(["yaml/alias 2:4"]);
  });

  test("bad input: an alias bomb in block style points at the alias that goes too far", () => {
    const uses = Array.from({ length: 60 }, () => "  - *x").join("\n");
    // The fiftieth use is one too many.
    expect(codes(`---\na: &x { b: 1 }\nc:\n${uses}\n---\n`)).toEqual(["yaml/alias 53:5"]);
  });

  test("bad input: NUL and other control bytes, in front matter and body, with their place", () => {
    expect(codes(prompt("user:\nhi\u0000\u0001 there\u009b"))).toEqual([
      "prompt/control-character 7:3",
      "prompt/control-character 7:11",
    ]);
    expect(codes(prompt("user:\nhi", "description: a\u0007b\n"))).toContain("prompt/control-character 5:15");
    expect(codes(prompt("user:\r\n\ttabs and line ends\r\n"))).toEqual([]);
    expect(codes(prompt(`user:\n${"\u0002 ".repeat(100)}`))).toHaveLength(10);
  });

  test("bad input: duplicate keys, also of many", () => {
    expect(codes(prompt("user:\nhi", "model: n\n"))).toEqual(["yaml/duplicate-key 5:1"]);
    const many = Array.from({ length: 30_000 }, (_, index) => `k${index}: 1`).join("\n");
    const started = process.cpuUsage().user;
    expect(codes(`---\n${many}\nk17: 2\n---\n`)).toEqual(["yaml/duplicate-key 30002:1"]);
    // The parser's own check takes ten seconds here; the bound says that ours does not compare all with all.
    expect((process.cpuUsage().user - started) / 1000).toBeLessThan(5_000);
  });

  test("bad input: __proto__ is a finding and reaches no prototype", () => {
    expect(codes(prompt("user:\nhi", "metadata:\n  __proto__: { polluted: true }\n"))).toEqual(["yaml/unsafe-key 6:3"]);
    expect(codes(prompt("user:\n{{__proto__}} {{constructor}}"))).toEqual(["prompt/template-syntax 7:1"]);
    expect(Object.hasOwn(Object.prototype, "polluted")).toBe(false);
  });

  test("bad input: tags, merge keys, several documents, collections as keys, deep nesting", () => {
    expect(codes("---\na: !!js/function 'x'\n---\n")).toEqual(["yaml/syntax 2:4"]);
    expect(codes("---\na: !!binary aGk=\n---\n")).toEqual(["yaml/syntax 2:4"]);
    expect(codes(prompt("user:\nhi", "metadata: &m {}\n<<: *m\n"))).toEqual(["prompt/unknown-key 6:1"]);
    expect(codes("---\n? [a, b]\n: 1\n---\n")).toEqual(["yaml/syntax 2:3"]);
    expect(codes(`---\na: ${"[".repeat(40)}${"]".repeat(40)}\n---\n`)).toEqual(["yaml/too-deep 2:35"]);
    expect(codes(`---\na: ${"[".repeat(90_000)}\n---\n`)[0]).toMatch(/^yaml\/syntax/);
    expect(codes(`---\n${": - ? ".repeat(30_000)}\n---\n`)[0]).toMatch(/^yaml\/syntax/);
  });

  test("bad input: large bodies and files", () => {
    expect(codes(prompt(`user:\n${"a".repeat(256 * 1024)}`))).toEqual(["prompt/body-too-large 6:1"]);
    expect(codes(prompt(`user:\n${"é ".repeat(100 * 1024)}`))).toEqual(["prompt/body-too-large 6:1"]);
    expect(codes(new Uint8Array(1024 * 1024 + 1))).toEqual(["file/too-large 1:1"]);
    const spaces = prompt(`user:\n${" ".repeat(250 * 1024)}x`);
    expect(parse(spaces).prompt?.messages[0]?.template.length).toBe(250 * 1024 + 1);
  });

  test("bad input: CRLF and a byte order mark change nothing", () => {
    const plain = parse(helloPrompt);
    const windows = parse(`\uFEFF${helloPrompt.replaceAll("\n", "\r\n")}`);
    expect(windows).toEqual(plain);
  });

  test("bad input: bytes that are no UTF-8", () => {
    expect(codes(new Uint8Array([45, 45, 45, 10, 255, 254]))).toEqual(["file/not-utf8 1:1"]);
  });

  test("bad input: the syntax of other template languages", () => {
    const body =
      "user:\n{{{a}}} {{#if b}} {{> c}} {{/if}} {{^d}} {{&e}} {{!f}} {% for %} {{a.b}} {{ a | upper }} {{}} {{open";
    const { findings } = parse(prompt(body));
    expect(findings.map(({ code }) => code)).toEqual(Array(12).fill("prompt/template-syntax"));
    expect(findings.map(({ line }) => line)).toEqual(Array(12).fill(7));
  });

  test("bad input: never throws, whatever the bytes", () => {
    const yamlish = fc.string({
      unit: fc.constantFrom(..."---\n\r\t :?[]{}#&*!|>'\"%@`,aschemuprt\uFEFF\0{{}}\\"),
      maxLength: 400,
    });
    fc.assert(
      fc.property(fc.oneof(fc.string(), yamlish), (text) => {
        for (const candidate of [text, `---\n${text}`, prompt(text), prompt("user:\nhi", `${text}\n`)]) {
          const { prompt: read, findings } = parse(candidate);
          expect(read !== undefined || findings.length > 0).toBe(true);
          for (const { line, column } of findings) expect(line >= 1 && column >= 1).toBe(true);
        }
      }),
      { numRuns: 300 },
    );
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => void parse(bytes)));
  });
});

describe("the content digest", () => {
  const digest = (text: string) => parse(text).prompt?.contentDigest;

  test("does not see the order of keys, line ends, owners, evals and metadata", () => {
    const one = digest(prompt("user:\nhi\n", "description: d\nparameters: { temperature: 0, topP: 1 }\n"));
    expect(digest(prompt("user:\nhi\n", "parameters: { topP: 1, temperature: 0 }\ndescription: d\n"))).toBe(one);
    expect(digest(prompt("user:\r\nhi\r\n", "description: d\r\nparameters: { temperature: 0, topP: 1 }\r\n"))).toBe(
      one,
    );
    const more =
      "description: d\nparameters: { temperature: 0, topP: 1 }\nowners: [a]\nevals: [b]\nmetadata: { c: 1 }\n";
    expect(digest(prompt("user:\nhi\n", more))).toBe(one);
  });

  test("sees every other change", () => {
    const texts = [
      prompt("user:\nhi\n"),
      prompt("user:\nhi!\n"),
      prompt("system:\nhi\n"),
      prompt("user:\nhi\n", "version: 1.0.0\n"),
      prompt("user:\nhi\n", "parameters: { temperature: 1 }\n"),
      prompt("user:\nhi\n").replace("model: m", "model: m@2"),
    ];
    expect(new Set(texts.map(digest)).size).toBe(texts.length);
  });

  test("is independent of key order and line ends for any metadata of inputs", () => {
    const fields = fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), fc.stringMatching(/^[a-z ]{0,12}$/), {
      minKeys: 1,
      maxKeys: 6,
    });
    fc.assert(
      fc.property(fields, fc.constantFrom("\n", "\r\n"), (record, eol) => {
        const lines = Object.entries(record).map(
          ([name, text]) => `  ${name}: { description: ${JSON.stringify(text)} }`,
        );
        const write = (order: string[], end: string) =>
          prompt("user:\nhi\n", `inputs:\n${order.join("\n")}\n`).replaceAll("\n", end);
        expect(digest(write(lines, "\n"))).toBe(digest(write(lines.toReversed(), eol)));
        expect(digest(write(lines, "\n"))).toBeDefined();
      }),
    );
  });
});
