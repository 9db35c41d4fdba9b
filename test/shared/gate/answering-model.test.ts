import { expect, test } from "vitest";
import { otherModels } from "../../../src/shared/gate/answering-model.ts";
import { aiRepository, promptFile } from "../../support/ai-repository.ts";
import { concluded, createKilledGate } from "../../support/killed-gate.ts";

const asked = (modelVersion: string | undefined, ...models: string[]) =>
  otherModels({
    deployment: "gpt-4.1-mini",
    ...(modelVersion ? { modelVersion } : {}),
    answeredBy: Object.fromEntries(models.map((model) => [model, 1])),
  });

test("another model is one that says another version than the pinned one", () => {
  expect(asked("2025-04-14", "gpt-4.1-mini-2025-04-14")).toEqual([]);
  expect(asked("2025-04-14", "GPT-4.1-mini-2025-04-14:ft-acme")).toEqual([]);
  expect(asked("2025-05-01", "gpt-4.1-mini-2025-04-14")).toEqual(["gpt-4.1-mini-2025-04-14"]);
  expect(asked("2025-04-14", "gpt-4.1-mini-2025-04-14", "echo-1")).toEqual(["echo-1"]);
});

test("what says no version says nothing else; an unpinned prompt takes whoever answers", () => {
  expect(asked("2025-04-14", "gpt-4.1-mini", "(not said)")).toEqual([]);
  expect(asked("5", "Llama-3.3-70B-Instruct")).toEqual([]);
  expect(asked(undefined, "echo-1")).toEqual([]);
});

const pinned = (version: string, words = "good") =>
  promptFile(words, { version: words === "good" ? "1.0.1" : "1.1.0" }).replace("@2025-04-14", `@${version}`);

async function play(prompt: string) {
  const base = aiRepository();
  const world = createKilledGate(
    { base, head: { ...base, "prompts/helper.prompt.md": prompt } },
    { model: "m-2025-04-14" },
  );
  await world.play([]);
  const { report } = await concluded(world);
  return { report, comment: world.gate.comments[0]?.body ?? "", title: world.gate.checks[0]?.title ?? "" };
}

test("a change of the pinned version alone is not told as evaluated, and who answered instead is a warning at its line", async () => {
  const { report, comment, title } = await play(pinned("2025-05-01"));
  expect(report.verdict).toMatchObject({ verdict: "pass", conclusion: "success" });
  for (const text of [title, comment]) {
    expect(text).toContain(
      "the pinned version changed (2025-04-14 → 2025-05-01) and was not evaluated: the endpoint answered with the same model on both sides, m-2025-04-14",
    );
    expect(text).not.toContain("every request the same");
  }
  expect(report.findings).toMatchObject([
    { code: "prompt/other-model", severity: "warning", path: "prompts/helper.prompt.md", line: 5, column: 8 },
  ]);
  expect(comment).toContain("`m-2025-04-14` answered, not the `gpt-4.1-mini@2025-05-01` that the prompt asks for");
  expect(comment).toContain("| answered by | m-2025-04-14 × 40 | m-2025-04-14 × 40 |");
});

test("a changed prompt that another model answers is judged, with the warning", async () => {
  const { report } = await play(pinned("2025-05-01", "good, kindly"));
  expect(report.findings.map(({ code }) => code)).toEqual(["prompt/other-model"]);
  expect(report.comparisons[0]).not.toHaveProperty("repinned");
});

test("the version that was asked for warns of nothing", async () => {
  const { report } = await play(pinned("2025-04-14", "good, kindly"));
  expect(report.findings).toEqual([]);
});
