import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { answer } from "../../../src/local/model/answer.ts";
import { buildRequest } from "../../../src/shared/evals/build-request.ts";
import { getEvaluator } from "../../../src/shared/evals/registry.ts";
import { parsePrompt } from "../../../src/shared/repository/parse-prompt.ts";
import type { Prompt } from "../../../src/shared/repository/prompt.ts";
import { EvalCase } from "../../../src/shared/repository/suite.ts";
import { passages, questions, unanswerable } from "./corpus.ts";

const folder = path.resolve(import.meta.dirname, "../../fixtures/prompts");
const prompts = readdirSync(folder).map((file): [string, Prompt] => {
  const { prompt, findings } = parsePrompt(`prompts/${file}`, readFileSync(path.join(folder, file)));
  if (!prompt) throw new Error(`${file}: ${JSON.stringify(findings)}`);
  return [file.replace(".prompt.md", ""), prompt];
});
const seeds = [1, 2, 3, 4, 5];

/** The share of the answers' content that the passages hold, over a corpus that nothing in the stand-in was written for. */
async function groundedness(prompt: Prompt): Promise<number> {
  const evaluator = getEvaluator("groundedness");
  const options = evaluator.options.parse({});
  const scores: number[] = [];
  for (const lang of ["en", "de"] as const) {
    for (const question of [...questions[lang], ...unanswerable[lang]]) {
      const inputs = { question, context: passages[lang] };
      const evalCase = EvalCase.parse({ id: "c", inputs, context: passages[lang] });
      const request = buildRequest(prompt, evalCase);
      if (!request) throw new Error("the prompt takes other inputs");
      for (const seed of seeds) {
        const asked = { model: request.deployment, messages: request.messages, temperature: request.temperature };
        const output = answer(asked, { seed, counter: 0 }).content;
        const sample = {
          caseId: "c",
          repeat: 0,
          requestDigest: "",
          outcome: "completed" as const,
          output,
          latencyMs: 1,
        };
        const score = await evaluator.score({ case: evalCase, sample }, options);
        if ("value" in score) scores.push(score.value);
      }
    }
  }
  expect(scores.length).toBeGreaterThan(40);
  return scores.reduce((sum, value) => sum + value, 0) / scores.length;
}

describe("whole prompts, worded in many ways", () => {
  test.each(prompts.filter(([name]) => name.startsWith("drifts-")))("%s", async (_name, prompt) => {
    expect(await groundedness(prompt)).toBeLessThan(0.75);
  });

  test.each(prompts.filter(([name]) => name.startsWith("stays-")))("%s", async (_name, prompt) => {
    expect(await groundedness(prompt)).toBeGreaterThan(0.92);
  });

  test("every fixture says what it is to do", () => {
    expect(prompts.filter(([name]) => !/^(?:drifts|stays)-/.test(name))).toEqual([]);
  });
});
