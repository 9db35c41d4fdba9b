import { createHash } from "node:crypto";
import { buildRequest } from "../evals/build-request.ts";
import { requestDigest } from "../evals/request-digest.ts";
import type { Shard, ShardItem } from "../evals/shard.ts";
import type { Suite } from "../repository/ai-repository.ts";
import { caseDigest } from "../repository/case-digest.ts";
import type { Prompt } from "../repository/prompt.ts";
import type { EvalCase, SuiteEvaluator } from "../repository/suite.ts";
import type { PlannedSide } from "./plan.ts";

/** A shard holds about this many samples: at one second a call and eight in flight, a quarter of a minute. */
const samplesAShard = 96;
const mostShards = 256;

/** One case of a pair as it will be sent, with every version of it that is scored. */
export interface SentCase {
  caseId: string;
  inputsFrom: EvalCase;
  versions: Map<string, EvalCase>;
}

export function sentCases(cases: EvalCase[]): SentCase[] {
  const sent = new Map<string, SentCase>();
  for (const c of cases) {
    const key = `${c.id} ${JSON.stringify([c.inputs, c.turns])}`;
    const known = sent.get(key) ?? { caseId: c.id, inputsFrom: c, versions: new Map() };
    known.versions.set(caseDigest(c), c);
    sent.set(key, known);
  }
  return [...sent.values()];
}

export interface PlannedSideOf {
  runId: string;
  subjectDigest: string;
  shards: Shard[];
  /** By `versionKey`. */
  sides: Map<string, PlannedSide>;
}

interface SideInput {
  prompt: Prompt;
  suite: Suite;
  metrics: SuiteEvaluator[];
  repeats: number;
  gateId: string;
  runId: string;
  sent: SentCase[];
}

/** The subject is what is sent: a version or a description that changes alone leaves the samples where they are. */
export function planSide(input: SideInput, other: Map<string, PlannedSide>): PlannedSideOf {
  const { prompt, suite, repeats, gateId, runId, sent } = input;
  const { messages, parameters, inputs, output, model, tools } = prompt;
  // What a route says of the model changes no answer.
  const called = model && { ...model, declared: undefined };
  const subjectDigest = digestOf([messages, parameters, inputs, output, called, ...(tools.length > 0 ? [tools] : [])]);
  const count = shardCount(sent.length * repeats);
  const buckets = Array.from({ length: count }, (): ShardItem[] => []);
  const folder = `samples/${subjectDigest}/${suite.name}${suite.seed === undefined ? "" : `-${suite.seed}`}`;
  const sides = new Map<string, PlannedSide>();
  for (const { caseId, inputsFrom, versions } of sent) {
    const request = buildRequest(prompt, inputsFrom);
    // What this side's prompt cannot be given is missing on this side; it does not silently leave the suite.
    if (!request) continue;
    const digest = requestDigest(request);
    const bucket = Number.parseInt(digestOf([caseId]).slice(0, 8), 16) % count;
    const samplesPath = `${folder}/${count}-${bucket}.jsonl`;
    const here: PlannedSide = { requestDigest: digest, samplesPath, shardId: `${runId}-${bucket}` };
    const twin = [...versions.keys()]
      .map((version) => other.get(versionKey(caseId, version)))
      .find((side) => side?.requestDigest === digest);
    for (const version of versions.keys()) sides.set(versionKey(caseId, version), twin ?? here);
    if (twin) continue;
    const cases = [...versions].map(([version, item]) => ({ digest: version, case: item }));
    buckets[bucket]?.push({ caseId, requestDigest: digest, request, cases, repeats });
  }
  const shards = buckets.flatMap((items, bucket) =>
    items.length === 0
      ? []
      : [
          {
            shardId: `${runId}-${bucket}`,
            runId: `${gateId}:${runId}`,
            samplesPath: `${folder}/${count}-${bucket}.jsonl`,
            metrics: input.metrics,
            ...modelsOf(prompt),
            ...(suite.seed === undefined ? {} : { seed: suite.seed }),
            items,
          },
        ],
  );
  return { runId: `${gateId}:${runId}`, subjectDigest, shards, sides };
}

/** A case as one side has it; the same content under two ids is two cases. */
export function versionKey(caseId: string, digest: string): string {
  return `${caseId} ${digest}`;
}

/** A power of two, so that a suite that grows a little keeps the samples that it has. */
function shardCount(samples: number): number {
  let count = 1;
  while (count < mostShards && count * samplesAShard < samples) count *= 2;
  return count;
}

/** A deployment has the price of the model that its release, or else its route, says it runs. */
function modelsOf({ model }: Prompt): Pick<Shard, "models"> {
  const name = model?.name ?? model?.declared;
  if (!model || name === undefined) return {};
  const { deployment, version } = model;
  return { models: { [deployment]: version === undefined ? name : `${name}@${version}` } };
}

export function callsOf(side: PlannedSideOf | undefined): number {
  const items = side?.shards.flatMap((shard) => shard.items) ?? [];
  return items.reduce((sum, { repeats }) => sum + repeats, 0);
}

function digestOf(parts: unknown[]): string {
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 32);
}
