import { expect, test } from "vitest";
import { buildPlan } from "../../../src/shared/gate/build-plan.ts";
import { nothingToRun } from "../../../src/shared/gate/nothing-to-run.ts";
import { helloFiles, helloPrompt, readFiles } from "../repository/memory-repository.ts";

const without = (...paths: string[]) =>
  Object.fromEntries(Object.entries(helloFiles).filter(([path]) => !paths.includes(path)));
const prompt = "prompts/hello.prompt.md";
const suite = "evals/hello-suite.yaml";

test("a prompt and a suite that are removed are named", async () => {
  const base = await readFiles(helloFiles);
  const head = await readFiles(without(prompt, suite, "evals/cases.jsonl"));
  expect(nothingToRun({ base, head, changed: [prompt, suite] })).toBe(
    "Nothing to run: removes the prompt hello and the suite hello-suite",
  );
});

test("a policy that changes alone is named", async () => {
  const [base, head] = [await readFiles(helloFiles), await readFiles(helloFiles)];
  expect(nothingToRun({ base, head, changed: ["assay.yaml"] })).toBe("Nothing to run: assay.yaml alone changed");
});

test("what no suite measures", async () => {
  const base = await readFiles(helloFiles);
  const head = await readFiles({ ...helloFiles, [prompt]: helloPrompt.replaceAll("\n", "\r\n") });
  expect(nothingToRun({ base, head, changed: [prompt] })).toBe("No prompt or suite changed");
  expect(nothingToRun({ head })).toBe("No suite covers a prompt yet");
});

test("bad input: a suite that still names the prompt that the change removes is found before the merge", async () => {
  const [base, head] = [await readFiles(helloFiles), await readFiles(without(prompt))];
  const gate = { gateId: "g", kind: "pull", repositoryId: 1, repository: "a/b", headSha: "4ead" } as const;
  const { plan } = buildPlan(
    { ...gate, stage: "planning", createdAt: "", deadline: "" },
    { base, head, changed: [prompt] },
  );
  expect(plan.findings.map(({ code, path }) => `${code} ${path}`)).toEqual([`suite/unknown-prompt ${suite}`]);
});
