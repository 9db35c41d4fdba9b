import { expect, test } from "vitest";
import { affected } from "../../../src/shared/gate/affected.ts";
import { planPair } from "../../../src/shared/gate/plan-pair.ts";
import { readRepository } from "../../../src/shared/repository/read-repository.ts";
import { helloCases, helloFiles, helloPrompt, memoryRepository } from "../repository/memory-repository.ts";

const read = (files: Record<string, string>) =>
  readRepository(memoryRepository({ ...helloFiles, ...files }).reader, "c0ffee");
const changedPrompt = { "prompts/hello.prompt.md": helloPrompt.replace("briefly", "warmly") };

async function comparisonsOf(cases: string) {
  const [base, head] = [await read({}), await read({ ...changedPrompt, "evals/cases.jsonl": cases })];
  const [pair] = affected(base, head);
  if (!pair) throw new Error("nothing is affected");
  return planPair(pair, { commits: { base: "ba5e", head: "4ead" }, gateId: "gate", index: 0, maxCalls: 1000 })
    .comparisons;
}

const casesUnder = (comparisons: Awaited<ReturnType<typeof comparisonsOf>>, rules: string) =>
  comparisons.find((own) => own.rules === rules)?.cases.map(({ caseId, weight }) => `${caseId} ${weight}`);

test("bad input: cases that a pull request adds count under its own rules alone, whatever they weigh", async () => {
  const easy = JSON.stringify({ id: "easy", inputs: { question: "Easy?" }, weight: 1_000_000 });
  const comparisons = await comparisonsOf(`${helloCases}${easy}\n`);
  expect(casesUnder(comparisons, "base")).toEqual(["4af25d7f4b6b 1", "greeting 1"]);
  expect(casesUnder(comparisons, "head")).toEqual(["4af25d7f4b6b 1", "greeting 1", "easy 1000000"]);
});

test("bad input: cases that a pull request removes, renames or edits still run as the base has them", async () => {
  const comparisons = await comparisonsOf('{"id": "other", "inputs": {"question": "Hello?"}}\n');
  expect(casesUnder(comparisons, "base")).toEqual(["4af25d7f4b6b 1", "greeting 1"]);
  expect(casesUnder(comparisons, "head")).toEqual(["other 1"]);
});
