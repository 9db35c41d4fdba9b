/** A small AI repository for tests: a prompt whose `mode` the scripted model obeys, and a suite over it. */
export function promptFile(mode: string, options: { name?: string; version?: string; inputs?: string } = {}): string {
  const { name = "helper", version = "1.0.0" } = options;
  return [
    "---",
    "schema: assay/prompt/v1",
    `name: ${name}`,
    `version: ${version}`,
    "model: gpt-4.1-mini@2025-04-14",
    "inputs:",
    "  question: { type: string }",
    "---",
    "system:",
    `mode: ${mode}`,
    "",
    "user:",
    "{{question}}",
    "",
  ].join("\n");
}

export function suiteFile(
  options: {
    threshold?: number;
    margin?: number;
    prompts?: string;
    extra?: string[];
    name?: string;
    rest?: string[];
  } = {},
): string {
  const { threshold = 0.8, margin = 0.1, prompts = "[helper]", extra = [], name = "helper", rest = [] } = options;
  return [
    "schema: assay/suite/v1",
    `name: ${name}`,
    "version: 1.0.0",
    `prompts: ${prompts}`,
    `datasets: [{ path: ${name}-cases.jsonl }]`,
    "evaluators:",
    `  - { name: says-ok, uses: contains, with: { value: ok }, primary: true, threshold: ${threshold}, margin: ${margin} }`,
    ...extra,
    "repeats: 1",
    ...rest,
    "",
  ].join("\n");
}

const topics = [
  "bridges",
  "clouds",
  "violins",
  "rivers",
  "glaciers",
  "orchards",
  "harbours",
  "kilns",
  "looms",
  "meadows",
  "canals",
  "anvils",
];

/** Cases with questions that differ in more than their number. */
export function casesFile(count: number, from = 0): string {
  return Array.from({ length: count }, (_, index) => {
    const n = from + index;
    return `${JSON.stringify({ id: `c${n}`, inputs: { question: `${n} ${topics[n % topics.length]} and ${topics[(n * 5 + Math.floor(n / 12)) % topics.length]}?` } })}\n`;
  }).join("");
}

export const policyFile = "schema: assay/policy/v1\nmode: enforce\n";

export function aiRepository(mode = "good", cases = 40): Record<string, string> {
  return {
    "prompts/helper.prompt.md": promptFile(mode),
    "evals/helper.yaml": suiteFile(),
    "evals/helper-cases.jsonl": casesFile(cases),
    "assay.yaml": policyFile,
    "README.md": "An AI repository.\n",
  };
}

/**
 * A suite that one repeat cannot decide and three can, though nothing is lost: with this seed an eighth of the cases fails
 * on either side in the first repeat alone, other cases on each.
 */
export function wobblyRepository(side: "wobblyBase" | "wobblyHead", rest: string[] = []): Record<string, string> {
  return {
    ...aiRepository(side, 120),
    "evals/helper.yaml": suiteFile({ margin: 0.07, threshold: 0.5, rest: [`seed: ${wobblySeed}`, ...rest] }),
  };
}

export const wobblySeed = 1000;

/** What a wobbly model answers. */
export function wobblyAnswer(side: string, question: string, seed: number | undefined): string {
  const number = Number(/\d+/.exec(question)?.[0] ?? 0);
  return seed === wobblySeed && number % 8 === (side === "wobblyBase" ? 0 : 4) ? "nothing to see" : "ok";
}
