import type { Metric } from "../../shared/evals/metrics.ts";
import { isCallMark } from "../../shared/evals/sample-log.ts";
import { type StoredSample, scoreKey } from "../../shared/evals/shard.ts";
import { passes, passingScore } from "../../shared/gate/compared-cases.ts";
import { createSampleSums, type SampleSums } from "../../shared/gate/figures.ts";
import type { CaseSamples } from "../../shared/gate/judge.ts";
import type { FailingSample } from "../../shared/gate/reports/run-report.ts";
import type { EvalCase } from "../../shared/repository/suite.ts";

/** What a verdict needs of a case; its texts stay in the dataset. */
export interface IndexedCase extends CaseSamples {
  /** Parts of digests, to tell whether a sample is this case's as it is now. */
  request: string;
  digest: string;
}

const digestChars = 16;
const noSegments: Record<string, string> = {};
const noSamples: (StoredSample | undefined)[] = [];
/** A slice would hold the whole text. */
const copied = (text: string) => Buffer.from(text.slice(0, digestChars), "latin1").toString("latin1");

export function indexCase(item: EvalCase, request: string, digest: string): IndexedCase {
  const { id, segments, weight, mustPass, holdout, cluster } = item;
  return {
    request: copied(request),
    digest: copied(digest),
    unchanged: false,
    base: noSamples,
    head: noSamples,
    planned: {
      ...{ caseId: id, digest: "", weight, mustPass, holdout },
      segments: Object.keys(segments).length > 0 ? segments : noSegments,
      ...(cluster === undefined ? {} : { cluster }),
    },
  };
}

const mostFailing = 500;
/** Samples that differ in nothing that a verdict reads are one. */
const mostKinds = 50_000;

export interface LargeJudging {
  cases: CaseSamples[];
  sums: SampleSums;
  failing: FailingSample[];
}

/** Reads samples one after the other and keeps of each its scores alone. */
export async function readLargeSamples(
  lines: AsyncIterable<string>,
  cases: ReadonlyMap<string, IndexedCase>,
  {
    metrics,
    repeats,
    gateId,
    suite,
    prompt,
  }: {
    metrics: readonly Metric[];
    repeats: number;
    gateId: string;
    suite: string;
    prompt: string;
  },
): Promise<LargeJudging> {
  const kinds = new Map<string, StoredSample>();
  const sums = createSampleSums(gateId);
  const failing: FailingSample[] = [];
  /** With one repeat, cases of one kind share their list too. */
  const single = new Map<StoredSample, StoredSample[]>();

  for await (const line of lines) {
    const sample = readSample(line);
    const known = sample && cases.get(sample.caseId);
    if (!sample || !known || !sample.requestDigest.startsWith(known.request) || sample.repeat >= repeats) continue;
    if (known.head[sample.repeat]) continue;
    keep(known, sample.repeat, kindOf(sample, known));
    sums.add(sample);
    if (failing.length < mostFailing) failing.push(...failingOf(sample, known));
  }

  function keep(known: IndexedCase, repeat: number, kind: StoredSample): void {
    if (repeats === 1) {
      known.head = single.get(kind) ?? [kind];
      if (single.size < mostKinds) single.set(kind, known.head as StoredSample[]);
      return;
    }
    if (known.head === noSamples) known.head = Array.from({ length: repeats }, () => undefined);
    known.head[repeat] = kind;
  }

  function kindOf(sample: StoredSample, { digest }: IndexedCase): StoredSample {
    const scores: StoredSample["scores"] = {};
    for (const metric of metrics) {
      const score = sample.scores[scoreKey(metric.digest, digest)];
      if (score) scores[scoreKey(metric.digest, "")] = "value" in score ? { value: score.value } : score;
    }
    const light = { ...emptySample, gateId: sample.gateId, scores };
    const key = JSON.stringify([sample.gateId, scores]);
    const kept = kinds.get(key) ?? light;
    if (kinds.size < mostKinds) kinds.set(key, kept);
    return kept;
  }

  function failingOf(sample: StoredSample, { planned, digest }: IndexedCase): FailingSample[] {
    return metrics.flatMap((metric) => {
      const score = metric.blocking ? sample.scores[scoreKey(metric.digest, digest)] : undefined;
      const passAt = passingScore(metric);
      if (!score || "notApplicable" in score) return [];
      if ("value" in score && (passAt === undefined || passes(metric, score.value, passAt))) return [];
      const { caseId, holdout } = planned;
      return [
        {
          ...{ suite, prompt, caseId, repeat: sample.repeat, metric: metric.name },
          ...("value" in score ? { score: score.value } : {}),
          output: holdout ? "(held out)" : sample.output,
        },
      ];
    });
  }

  const missing = Array.from({ length: repeats }, () => undefined);
  for (const own of cases.values()) {
    if (own.head === noSamples) own.head = missing;
    [own.request, own.digest] = ["", ""];
  }
  return { sums, failing, cases: [...cases.values()] };
}

const emptySample = {
  ...{ caseId: "", requestDigest: "", repeat: 0, outcome: "completed" as const, output: "", redacted: false },
  ...{ latencyMs: 0, at: "" },
};

/** As the store wrote it: checked no further than what is read of it, for a hundred thousand lines. */
function readSample(line: string): StoredSample | undefined {
  try {
    const value: unknown = line === "" ? undefined : JSON.parse(line);
    if (typeof value !== "object" || value === null || isCallMark(value)) return undefined;
    if (!("caseId" in value && "requestDigest" in value && "repeat" in value && "scores" in value)) return undefined;
    return value as StoredSample;
  } catch {
    return undefined;
  }
}
