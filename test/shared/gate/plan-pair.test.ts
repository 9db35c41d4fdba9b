import { expect, test } from "vitest";
import { affected } from "../../../src/shared/gate/affected.ts";
import { planPair } from "../../../src/shared/gate/plan-pair.ts";
import { helloCases, helloFiles, helloPrompt, helloSuite, readFiles } from "../repository/memory-repository.ts";

const read = (files: Record<string, string>) => readFiles({ ...helloFiles, ...files });
const changedPrompt = { "prompts/hello.prompt.md": helloPrompt.replace("briefly", "warmly") };

const comparisonsOf = async (cases: string) => (await planned({ "evals/cases.jsonl": cases })).comparisons;

async function planned(changed: Record<string, string>) {
  const [base, head] = [await read({}), await read({ ...changedPrompt, ...changed })];
  const [pair] = affected(base, head);
  if (!pair) throw new Error("nothing is affected");
  return planPair(pair, { commits: { base: "ba5e", head: "4ead" }, gateId: "gate", index: 0, maxCalls: 1000 });
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

test("bad input: a case's tags decide what refusal wants, so a case that is tagged anew is scored as the base has it too", async () => {
  const tagged = helloCases.replace('"id": "greeting"', '"id": "greeting", "tags": ["hostile"]');
  const { shards, edits } = await planned({ "evals/cases.jsonl": tagged });
  const versions = shards.flatMap(({ items }) => items).filter(({ caseId }) => caseId === "greeting");
  for (const { cases } of versions) expect(cases.map((own) => own.case.tags)).toEqual([[], ["hostile"]]);
  expect(versions).toHaveLength(2);
  expect(edits).toEqual(["evals/hello-suite.yaml: edits 1 case: greeting"]);
});

test("bad input: a pull request that weighs or clusters the cases anew, or moves segments or budget, has that named", async () => {
  const edited = async (own: string) =>
    (await planned({ "evals/cases.jsonl": helloCases.replace('"id": "greeting"', `"id": "greeting", ${own}`) })).edits;
  for (const own of ['"weight": 0.001', '"cluster": "all"', '"holdout": true'])
    expect(await edited(own), own).toEqual(["evals/hello-suite.yaml: edits 1 case: greeting"]);
  const suite = `${helloSuite}segmentBy: [kind]\nbudget: { maxCalls: 5 }\n`;
  expect((await planned({ "evals/hello-suite.yaml": suite })).edits).toEqual([
    'evals/hello-suite.yaml: segmentBy: [] → ["kind"]',
    'evals/hello-suite.yaml: budget: {} → {"maxCalls":5}',
  ]);
});
