import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { answer } from "../src/local/model/answer.ts";
import { buildRequest } from "../src/shared/evals/build-request.ts";
import { judgeLabels } from "../src/shared/evals/calibration/judge-labels.ts";
import { sampleDigest } from "../src/shared/evals/calibration/sample-digest.ts";
import { requireMetrics } from "../src/shared/evals/metrics.ts";
import type { ChatRequest } from "../src/shared/evals/model-client.ts";
import { scoreSample } from "../src/shared/evals/score-sample.ts";
import { redact } from "../src/shared/redaction/redact.ts";
import { parsePrompt } from "../src/shared/repository/parse-prompt.ts";
import { readStarter, root, starter } from "./read-starter.ts";

/*
 * Writes starter/labels/: answers of the model stand-in under the starter's prompt and under the friendlier one, labelled by a
 * rule and not by people. An answer passes where it states at least half of the case's facts, or declines where the case
 * must be declined. The rule reads facts and segments, which no judge is shown.
 */
const labelled = 72;

const { suites, prompts, findings } = await readStarter((file) => !file.startsWith("labels"));
const [suite] = suites;
const [base] = prompts;
const friendlier = parsePrompt(
  base?.path ?? "",
  readFileSync(path.join(root, "src/local/story/friendlier.prompt.md")),
).prompt;
if (!suite || !base || !friendlier) throw new Error(`the starter cannot be read: ${JSON.stringify(findings)}`);
const metrics = requireMetrics(suite.evaluators);
const judged = metrics.find(({ asks }) => asks.some(({ kind }) => kind === "judge"));
if (!judged) throw new Error("the starter has no judged metric");
const rule = requireMetrics([
  { name: "facts", uses: "facts", with: {}, primary: true },
  { name: "refusal", uses: "refusal", with: {}, primary: false },
]);

function say({ deployment: model, messages, temperature, maxOutputTokens, seed, responseFormat }: ChatRequest): string {
  const options = {
    ...(temperature === undefined ? {} : { temperature }),
    ...(maxOutputTokens === undefined ? {} : { max_tokens: maxOutputTokens }),
    ...(seed === undefined ? {} : { seed }),
    ...(responseFormat ? { response_format: { type: String(responseFormat.type) } } : {}),
  };
  return answer({ model, messages, ...options }, { seed: 1, counter: 0 }).content;
}

const rows = [];
for (let i = 0; i < labelled; i++) {
  // Every fifth case in turn, so that both languages and all kinds are among them; every other answer is the friendlier one's.
  const item = suite.cases[(i * 5 + Math.floor((i * 5) / suite.cases.length)) % suite.cases.length];
  const request = item && buildRequest(i % 2 === 0 ? base : friendlier, item);
  if (!item || !request) throw new Error("a case does not fit the prompt");
  const output = redact(say(request)).text;
  const sample = { caseId: item.id, repeat: 0, requestDigest: "", outcome: "completed" as const, output, latencyMs: 0 };
  const { facts, refusal } = await scoreSample(rule, { case: item, sample });
  const value = (score: typeof facts) => (score && "value" in score ? score.value : undefined);
  const label = value(refusal) === 1 && (value(facts) ?? 1) >= 0.5;
  rows.push({ sample: sampleDigest(item, sample), label, by: "rule", case: item.id, output });
}
const own = rows.map((row) => ({ ...row, metric: judged.name }));
const cases = new Map(suite.cases.map((item) => [item.id, item]));
const models = {
  complete: async (request: ChatRequest) => ({
    kind: "answer" as const,
    outcome: "completed" as const,
    output: say(request),
    latencyMs: 0,
    answeredBy: "simulated",
  }),
  embed: async () => ({ kind: "failed" as const, reason: "no embeddings", retryable: false }),
};
const answers = await judgeLabels(judged, own, cases, models, 1);
for (const problem of answers.problems) console.error(problem);
const folder = path.join(starter, "labels");
mkdirSync(folder, { recursive: true });
const lines = (list: object[]) => `${list.map((row) => JSON.stringify(row)).join("\n")}\n`;
writeFileSync(path.join(folder, `${judged.name}.jsonl`), lines(rows));
const withoutMetric = answers.judged.map(({ metric: _, ...row }) => row);
writeFileSync(path.join(folder, `${judged.name}.judged.jsonl`), lines(withoutMetric));
