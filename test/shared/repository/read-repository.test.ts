import { describe, expect, test } from "vitest";
import { RetryableError } from "../../../src/shared/errors.ts";
import { blobSha } from "../../../src/shared/repository/read-blobs.ts";
import { overlayTree, readRepository, readRepositoryFromTree } from "../../../src/shared/repository/read-repository.ts";
import { createMemoryBlobCache } from "../../../src/shared/repository/repository-reader.ts";
import { helloFiles, helloPrompt, helloSuite, memoryRepository, readFiles } from "./memory-repository.ts";

const read = readFiles;
const codes = ({ findings }: Awaited<ReturnType<typeof read>>) => findings.map(({ code, path }) => `${code} ${path}`);

describe("readRepository", () => {
  test("reads prompts, suites with their cases, and the policy", async () => {
    const repository = await read(helloFiles);
    expect(repository.findings).toEqual([]);
    expect(repository.prompts.map(({ name }) => name)).toEqual(["hello"]);
    expect(repository.suites[0]?.cases.map(({ expected }) => expected)).toEqual([["two"], ["hello", "hi"]]);
    expect(repository.suites[0]?.files).toEqual(["evals/hello-suite.yaml", "evals/cases.jsonl"]);
    expect(repository.policy?.mode).toBe("enforce");
    expect([...repository.files.keys()].sort()).toEqual(Object.keys(helloFiles).sort());
    expect(repository.files.get("prompts/hello.prompt.md")).toBe(blobSha(new TextEncoder().encode(helloPrompt)));
  });

  test("fetches what belongs to it, each blob once, and nothing else", async () => {
    const others = {
      "README.md": "x",
      ".github/prompts/a.prompt.md": "no",
      "src/main.ts": "",
      "prompts/notes.md": "x",
      "evals/unused.jsonl": "{",
    };
    const memory = memoryRepository({ ...helloFiles, ...others, "prompts/copy/hello.prompt.md": helloPrompt });
    const repository = await readRepository(memory.reader, "c0ffee");
    expect(memory.fetched.toSorted()).toEqual(
      Object.values(helloFiles)
        .map((text) => blobSha(new TextEncoder().encode(text)))
        .sort(),
    );
    expect(repository.prompts.map(({ path }) => path)).toEqual([
      "prompts/copy/hello.prompt.md",
      "prompts/hello.prompt.md",
    ]);
    expect(repository.findings).toEqual([]);
  });

  test("matches files at the top, in folders and with leading dots", async () => {
    const named = (name: string) => helloPrompt.replace("name: hello", `name: ${name}`);
    const repository = await read({
      "prompts/top.prompt.md": named("top"),
      "prompts/a/b/deep.prompt.md": named("deep"),
      "prompts/.hidden/h.prompt.md": named("h"),
    });
    expect(repository.prompts.map(({ name }) => name)).toEqual(["h", "deep", "top"]);
  });

  test("takes cached blobs, and not those whose bytes are not theirs", async () => {
    const cache = createMemoryBlobCache();
    const first = memoryRepository(helloFiles);
    const one = await readRepository(first.reader, "c0ffee", { cache });
    const second = memoryRepository(helloFiles);
    expect(await readRepository(second.reader, "c0ffee", { cache })).toEqual(one);
    expect(second.fetched).toEqual([]);
    const poisoned = createMemoryBlobCache();
    const sha = blobSha(new TextEncoder().encode(helloPrompt));
    await poisoned.set(sha, new TextEncoder().encode("evil"));
    const third = memoryRepository(helloFiles);
    expect(await readRepository(third.reader, "c0ffee", { cache: poisoned })).toEqual(one);
    expect(third.fetched).toContain(sha);
  });

  test("a cache drops its oldest blobs first", async () => {
    const cache = createMemoryBlobCache(10);
    await cache.set("a", new Uint8Array(6));
    await cache.set("b", new Uint8Array(4));
    await cache.set("c", new Uint8Array(4));
    expect(await Promise.all(["a", "b", "c"].map((sha) => cache.get(sha)))).toEqual([
      undefined,
      new Uint8Array(4),
      new Uint8Array(4),
    ]);
  });

  test("bad input: a code host that sends other bytes than it was asked for", async () => {
    const { reader } = memoryRepository(helloFiles);
    const lying = { ...reader, blob: async () => new TextEncoder().encode("other") };
    await expect(readRepository(lying, "c0ffee")).rejects.toThrow(RetryableError);
  });

  test("overlays a change on a tree", async () => {
    const { reader, entries } = memoryRepository({
      ...helloFiles,
      "evals/second.yaml": helloSuite.replace("hello-suite", "second"),
    });
    const changed = memoryRepository({ "prompts/new.prompt.md": helloPrompt.replace("name: hello", "name: new") });
    const both = {
      tree: reader.tree,
      blob: (sha: string) => (changed.entries.some((entry) => entry.sha === sha) ? changed.reader : reader).blob(sha),
    };
    const overlay = { entries: changed.entries, removed: ["evals/second.yaml"] };
    const repository = await readRepository(both, "c0ffee", { overlay });
    expect(repository.prompts.map(({ name }) => name)).toEqual(["hello", "new"]);
    expect(repository.suites.map(({ name }) => name)).toEqual(["hello-suite"]);
    expect(await readRepositoryFromTree(overlayTree(entries, overlay), both, { commit: "c0ffee" })).toEqual(repository);
  });

  test("a YAML dataset beside the suites is no suite; other YAML there is a finding", async () => {
    const suite = helloSuite.replace("cases.jsonl", "cases.yaml");
    const files = {
      ...helloFiles,
      "evals/hello-suite.yaml": suite,
      "evals/cases.yaml": "- { q: 1 }\n",
      "evals/stray.yml": "a: 1\n",
    };
    expect(codes(await read(files))).toEqual(["suite/missing-schema evals/stray.yml"]);
  });

  test("an output schema in a file is read, and is part of the prompt's digest", async () => {
    const prompt = helloPrompt.replace(
      "inputs:",
      "output: { format: json_schema, schema: ./schemas/answer.json }\ninputs:",
    );
    const withSchema = (schema: string) =>
      read({ ...helloFiles, "prompts/hello.prompt.md": prompt, "prompts/schemas/answer.json": schema });
    const one = await withSchema('{"type":"object"}');
    expect(one.prompts[0]?.output).toEqual({ format: "json_schema", schema: { type: "object" }, strict: true });
    expect(one.files.has("prompts/schemas/answer.json")).toBe(true);
    expect((await withSchema('{ "type": "object" }')).prompts[0]?.contentDigest).toBe(one.prompts[0]?.contentDigest);
    expect((await withSchema('{"type":"array"}')).prompts[0]?.contentDigest).not.toBe(one.prompts[0]?.contentDigest);
    expect(codes(await withSchema("{"))).toEqual(["json/syntax prompts/schemas/answer.json"]);
    expect(codes(await read({ ...helloFiles, "prompts/hello.prompt.md": prompt }))).toEqual([
      "file/not-found prompts/hello.prompt.md",
    ]);
  });

  test("an evaluator's schema in a file stands in its options", async () => {
    const suite = helloSuite.replace("uses: contains", "uses: json-schema\n    with: { schema: answer.json }");
    const repository = await read({
      ...helloFiles,
      "evals/hello-suite.yaml": suite,
      "evals/answer.json": '{"type":"object"}',
    });
    expect(repository.suites[0]?.evaluators[0]?.with).toEqual({ schema: { type: "object" } });
    expect(repository.suites[0]?.files).toContain("evals/answer.json");
  });

  test("a suite's digest follows its evaluators, thresholds and cases, not its owners", async () => {
    const digest = async (suite: string, cases = helloFiles["evals/cases.jsonl"]) => {
      const repository = await read({ ...helloFiles, "evals/hello-suite.yaml": suite, "evals/cases.jsonl": cases });
      return repository.suites[0]?.digest;
    };
    const one = await digest(helloSuite);
    expect(await digest(`${helloSuite}owners: [a]\nmetadata: { a: 1 }\ndescription: d\n`)).toBe(one);
    expect(await digest(helloSuite.replace("0.8", "0.7"))).not.toBe(one);
    expect(await digest(helloSuite, '{"q":1}')).not.toBe(one);
  });

  test("bad input: symbolic links and submodules are findings, and are not read", async () => {
    const { reader, entries } = memoryRepository(helloFiles);
    const link = { mode: "120000", type: "blob", sha: "1".repeat(40), size: 10 };
    const strange = [
      { ...link, path: "prompts/link.prompt.md" },
      { ...link, path: "evals" },
      { path: "evals/sub", mode: "160000", type: "commit", sha: "2".repeat(40) },
      { ...link, path: "elsewhere/link" },
    ];
    const repository = await readRepositoryFromTree([...entries, ...strange], reader, { commit: "c0ffee" });
    expect(codes(repository)).toEqual([
      "file/symlink evals",
      "file/submodule evals/sub",
      "file/symlink prompts/link.prompt.md",
    ]);
    const linked = entries.map((entry) => (entry.path === "evals/cases.jsonl" ? { ...entry, ...link } : entry));
    const other = await readRepositoryFromTree(linked, reader, { commit: "c0ffee" });
    expect(other.findings).toMatchObject([
      { code: "file/symlink", path: "evals/cases.jsonl" },
      { code: "file/symlink", path: "evals/hello-suite.yaml", line: 6 },
    ]);
  });

  test("bad input: files that are too large are not even fetched", async () => {
    const { reader, entries, fetched } = memoryRepository(helloFiles);
    const grown = entries.map((entry) => ({
      ...entry,
      size: entry.path.endsWith(".jsonl") ? 11 * 1024 * 1024 : 2 * 1024 * 1024,
    }));
    const repository = await readRepositoryFromTree(grown, reader, { commit: "c0ffee" });
    expect(fetched).toEqual([]);
    expect(codes(repository)).toEqual([
      "file/too-large assay.yaml",
      "file/too-large evals/hello-suite.yaml",
      "file/too-large prompts/hello.prompt.md",
    ]);
  });

  test("bad input: more files than are read", async () => {
    const { reader, entries } = memoryRepository({ "prompts/a.prompt.md": helloPrompt });
    const many = Array.from({ length: 1_001 }, (_, index) =>
      entries.map((entry) => ({ ...entry, path: `prompts/${String(index).padStart(5, "0")}.prompt.md` })),
    ).flat();
    const repository = await readRepositoryFromTree(many, reader, { commit: "c0ffee" });
    expect(repository.prompts).toHaveLength(1_000);
    expect(codes(repository)).toEqual(["file/too-many prompts/01000.prompt.md"]);
  });

  test("bad input: secrets in any file, comments included, are found and not repeated", async () => {
    const token = `ghp_${"a1B2".repeat(9)}`;
    const repository = await read({
      ...helloFiles,
      "prompts/hello.prompt.md": helloPrompt.replace("model:", `# ${token}\nmodel:`),
      "evals/cases.jsonl": `{"q":"a"}\n{"q":"use ${token} now"}\n`,
    });
    expect(repository.findings).toMatchObject([
      { code: "case/secret", path: "evals/cases.jsonl", line: 2, column: 11 },
      { code: "prompt/secret", path: "prompts/hello.prompt.md", line: 5, column: 3, endLine: 5, endColumn: 43 },
    ]);
    expect(JSON.stringify(repository.findings)).not.toContain(token);
  });

  test("an invalid policy is no policy, and is told", async () => {
    const repository = await read({ ...helloFiles, "assay.yaml": "schema: assay/policy/v1\nmode: relaxed\n" });
    expect(repository.policy).toBeUndefined();
    expect(repository.files.has("assay.yaml")).toBe(true);
    expect(codes(repository)).toEqual(["policy/invalid assay.yaml"]);
  });
});
