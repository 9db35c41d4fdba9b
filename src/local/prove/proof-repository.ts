import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";

/** Cases of the proof's suite; one call each, told apart by the case. */
export const casesOfRepository = 12;

/** A prompt whose text differs in every pull request, so that none can reuse another's samples. */
export function proofPrompt(change: number): string {
  return [
    "---",
    "schema: assay/prompt/v1",
    "name: proof",
    `version: 1.0.${change}`,
    "model: gpt-4.1-mini@2025-04-14",
    "parameters: { temperature: 0, maxOutputTokens: 60 }",
    "inputs:",
    "  question: { type: string }",
    "---",
    "system:",
    `Answer in one sentence. This is wording number ${change}.`,
    "",
    "user:",
    "{{question}}",
    "",
  ].join("\n");
}

export async function writeProofRepository(folder: string): Promise<void> {
  await mkdir(path.join(folder, "prompts"), { recursive: true });
  await mkdir(path.join(folder, "evals"), { recursive: true });
  await writeFile(path.join(folder, "prompts/proof.prompt.md"), proofPrompt(0));
  await writeFile(path.join(folder, "assay.yaml"), "schema: assay/policy/v1\nmode: enforce\n");
  const topics = [
    "rivers",
    "clouds",
    "bridges",
    "violins",
    "glaciers",
    "lanterns",
    "orchards",
    "compasses",
    "harbours",
    "kilns",
    "looms",
    "meadows",
  ];
  const cases = topics
    .slice(0, casesOfRepository)
    .map((topic) => ({ id: topic, inputs: { question: `What do people say about ${topic}?` } }));
  await writeFile(path.join(folder, "evals/cases.jsonl"), cases.map((item) => `${JSON.stringify(item)}\n`).join(""));
  await writeFile(
    path.join(folder, "evals/proof.yaml"),
    [
      "schema: assay/suite/v1",
      "name: proof",
      "version: 1.0.0",
      "prompts: [proof]",
      "datasets: [{ path: cases.jsonl }]",
      "evaluators:",
      "  - { uses: length, with: { min: 1, unit: words }, primary: true, threshold: 0.5, margin: 0.2 }",
      "repeats: 1",
      "",
    ].join("\n"),
  );
}
