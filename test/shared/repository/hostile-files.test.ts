import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import { readDatasetRows } from "../../../src/shared/repository/dataset-rows.ts";
import { lint } from "../../../src/shared/repository/lint.ts";
import { parsePolicy } from "../../../src/shared/repository/parse-policy.ts";
import { parsePrompt } from "../../../src/shared/repository/parse-prompt.ts";
import { parseSuite } from "../../../src/shared/repository/parse-suite.ts";
import { reportRows, testWithData } from "../../support/data.ts";
import { helloFiles, helloSuite, readFiles } from "./memory-repository.ts";

for (const folder of ["gh-models-prompts", "promptfoo-examples"]) {
  testWithData(
    `bad input: files of other tools in our places are findings, never a crash (${folder})`,
    `datasets/${folder}`,
    async (path) => {
      const names = (await readdir(path, { recursive: true, withFileTypes: true }))
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name));
      expect(names.length).toBeGreaterThan(5);
      for (const name of names) {
        const bytes = await readFile(name);
        const prompt = parsePrompt("prompts/x.prompt.md", bytes);
        expect(prompt.prompt, name).toBeUndefined();
        expect(prompt.findings.length, name).toBeGreaterThan(0);
        const suite = parseSuite("evals/x.yaml", bytes);
        expect(suite.suite, name).toBeUndefined();
        expect(suite.findings.length, name).toBeGreaterThan(0);
        expect(parsePolicy("assay.yaml", bytes).findings.length, name).toBeGreaterThan(0);
        for (const extension of ["jsonl", "csv", "json", "yaml"]) readDatasetRows(`evals/x.${extension}`, bytes);
        const files = {
          ...helloFiles,
          "prompts/x.prompt.md": new Uint8Array(bytes),
          "evals/x.yaml": new Uint8Array(bytes),
          "evals/data.yaml": helloSuite.replace("hello-suite", "data").replace("cases.jsonl", "x.csv"),
          "evals/x.csv": new Uint8Array(bytes),
        };
        const repository = await readFiles(files);
        expect(
          repository.prompts.map((found) => found.name),
          name,
        ).toEqual(["hello"]);
        const findings = lint(repository, { evaluatorIds: ["contains"] });
        expect(
          findings.some((finding) => finding.path === "prompts/x.prompt.md"),
          name,
        ).toBe(true);
        expect(
          findings.some((finding) => finding.path === "evals/x.yaml"),
          name,
        ).toBe(true);
      }
      reportRows(folder, names.length, 0);
    },
  );
}
