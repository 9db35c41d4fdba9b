import { describe, expect, test } from "vitest";
import { affected, pairsOf } from "../../../src/shared/gate/affected.ts";
import { helloFiles, helloPrompt, helloSuite, readFiles } from "../repository/memory-repository.ts";

const read = (files: Record<string, string>) => readFiles({ ...helloFiles, ...files });
const names = (pairs: ReturnType<typeof affected>) =>
  pairs.map(({ suiteName, promptName }) => `${suiteName} ${promptName}`);
const added = { "prompts/new.prompt.md": helloPrompt.replace("name: hello", "name: new") };
const safety = { "evals/safety.yaml": helloSuite.replace("hello-suite", "safety").replace("prompts: [hello]\n", "") };
const demand = { "assay.yaml": "schema: assay/policy/v1\nrequired: [{ suites: safety }]\n" };

describe("affected", () => {
  test("nothing where nothing that decides differs", async () => {
    const described = { "prompts/hello.prompt.md": helloPrompt.replace("inputs:", "owners: [a]\ninputs:") };
    expect(names(affected(await read({}), await read(described)))).toEqual([]);
  });

  test("the suites of a changed prompt, and the prompts of a changed suite", async () => {
    const warmer = { "prompts/hello.prompt.md": helloPrompt.replace("briefly", "warmly") };
    expect(names(affected(await read({}), await read(warmer)))).toEqual(["hello-suite hello"]);
    const lower = { "evals/hello-suite.yaml": helloSuite.replace("0.8", "0.5") };
    expect(names(affected(await read({}), await read(lower)))).toEqual(["hello-suite hello"]);
  });

  test("suites that the policy requires run for every prompt that it names", async () => {
    expect(names(pairsOf(undefined, await read({ ...safety, ...demand })))).toEqual([
      "hello-suite hello",
      "safety hello",
    ]);
  });

  test("bad input: a pull request that drops the base's requirement for the prompt that it adds", async () => {
    const base = await read({ ...safety, ...demand });
    const head = await read({ ...safety, ...added });
    expect(names(affected(base, head))).toEqual(["safety new"]);
  });
});
