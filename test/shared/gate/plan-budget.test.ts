import { describe, expect, test } from "vitest";
import { affected } from "../../../src/shared/gate/affected.ts";
import { planPair } from "../../../src/shared/gate/plan-pair.ts";
import { aiRepository, promptFile, suiteFile } from "../../support/ai-repository.ts";
import { readFiles } from "../repository/memory-repository.ts";

async function planned(suite: string, mode = "kindly", commits = { base: "ba5e", head: "4ead" }) {
  const files = { ...aiRepository(), "evals/helper.yaml": suite };
  const read = (own: Record<string, string>) => readFiles(own);
  const head = await read({ ...files, "prompts/helper.prompt.md": promptFile(mode, { version: "1.1.0" }) });
  const [pair] = affected(await read(files), head);
  if (!pair) throw new Error("nothing is affected");
  return planPair(pair, { commits, gateId: "gate", index: 0, maxCalls: 1000 });
}

describe("two looks are planned", () => {
  const looks = async (suite: string, mode?: string) => (await planned(suite, mode)).comparisons[0]?.looks;

  test("where repeats can settle a comparison and the budget pays for them", async () => {
    expect(await looks(suiteFile())).toBe(2);
    expect(await looks(suiteFile({ rest: ["budget: { maxCalls: 79 }"] }))).toBe(1);
    expect(await looks(suiteFile({ rest: ["budget: { maxCalls: 80 }"] }))).toBe(2);
    expect(await looks(suiteFile({ rest: ["budget: { maxRepeats: 1 }"] }))).toBe(1);
  });

  test("and not where nothing but a floor or an invariant blocks, or every request is the same", async () => {
    expect(await looks(suiteFile().replace(", margin: 0.1", ""))).toBe(1);
    expect(await looks(suiteFile().replace("threshold: 0.8, margin: 0.1", "invariant: true"))).toBe(1);
    expect(await looks(suiteFile(), "good")).toBe(1);
  });
});

test("a latency that blocks puts both sides into one shard of this gate, base and head of a case in turn", async () => {
  const extra = ["  - { name: latency, uses: latency, margin: 0.5 }"];
  const { shards, comparisons, runs, calls } = await planned(suiteFile({ extra }));
  expect(shards.map(({ shardId, samplesPath }) => `${shardId} ${samplesPath}`)).toEqual([
    "0j-0 gates/gate/samples/0-0.jsonl",
  ]);
  const ids = shards[0]?.items.map(({ caseId }) => caseId) ?? [];
  expect(ids).toHaveLength(80);
  expect(ids.filter((_, at) => at % 2 === 0)).toEqual(ids.filter((_, at) => at % 2 === 1));
  const [first] = comparisons[0]?.cases ?? [];
  expect([first?.base?.shardId, first?.head?.shardId]).toEqual(["0j-0", "0j-0"]);
  expect(runs.map(({ side }) => side)).toEqual(["base", "head"]);
  // A run is a side: the cap on its calls does not see them doubled.
  expect(calls).toBe(40);
});
