import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { wobblyRepository } from "../support/ai-repository.ts";
import { type Stage, startStage } from "../support/stage.ts";

vi.setConfig({ testTimeout: 120_000 });
let stage: Stage;
beforeAll(async () => {
  stage = await startStage({ repositories: 1 });
});
afterAll(() => stage.stop());

test("a gate that one repeat cannot decide draws two more of each case, decides, and says what it drew", async () => {
  const { propose, check, comments, repository } = await stage.open(wobblyRepository("wobblyBase"));
  const { "prompts/helper.prompt.md": prompt = "" } = wobblyRepository("wobblyHead");
  const { number, sha } = await propose("wobbly", { "prompts/helper.prompt.md": prompt });
  expect(await check(sha)).toMatchObject({ conclusion: "success" });
  expect((await comments(number))[0]).toMatch(/Extended.* from 1 to 3 repeats of each changed case: says-ok undecided/);
  const seeds = Map.groupBy(stage.model.calls, ({ seed }) => seed);
  expect([...seeds].map(([seed, calls]) => [seed, calls.length])).toEqual([
    [1000, 240],
    [1001, 240],
    [1002, 240],
  ]);
  expect(repository.checkRuns.filter(({ headSha }) => headSha === sha)).toHaveLength(1);
});
