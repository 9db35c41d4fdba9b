import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { generatedFiles } from "../../../scripts/generated-files.ts";
import { helloPrompt, helloSuite } from "./memory-repository.ts";

const root = join(import.meta.dirname, "..", "..", "..");
const files = generatedFiles();

test("the committed schemas and tables are current (npm run schemas writes them)", async () => {
  for (const [path, text] of Object.entries(files)) {
    expect((await readFile(join(root, path), "utf8")).replaceAll("\r\n", "\n"), path).toBe(text);
  }
});

test("the schemas accept what is read and refuse what is not", () => {
  const validate = (kind: string, value: unknown) =>
    new Ajv2020({ strict: false }).compile(JSON.parse(files[`schemas/${kind}.v1.schema.json`] ?? ""))(value);
  const front = parse(helloPrompt.split("---")[1] ?? "");
  const suite = parse(helloSuite);
  expect(validate("prompt", front)).toBe(true);
  expect(validate("prompt", { ...front, stop: [] })).toBe(false);
  expect(validate("prompt", { ...front, model: "https://example.com" })).toBe(false);
  expect(validate("suite", suite)).toBe(true);
  expect(validate("suite", { ...suite, datasets: [] })).toBe(false);
  expect(validate("policy", { schema: "assay/policy/v1" })).toBe(true);
  expect(validate("policy", { schema: "assay/policy/v1", mode: "relaxed" })).toBe(false);
});
