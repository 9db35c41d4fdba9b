import type { Clock } from "../clock.ts";
import type { ModelAnswer } from "./model-client.ts";
import { redactValue } from "./redact-value.ts";
import type { Sample } from "./sample.ts";
import type { ShardItem, StoredSample } from "./shard.ts";

export interface Trial {
  item: ShardItem;
  repeat: number;
  seed?: number;
  answer: ModelAnswer & { kind: "answer" };
  /** Integer nano-USD; undefined where the price is unknown. */
  cost: number | undefined;
  gateId: string;
}

/** What is kept of an answer: scored as it came, redacted as it is stored. */
export async function storedSample(
  { item, repeat, seed, answer, cost, gateId }: Trial,
  ports: {
    score(sample: Sample, item: ShardItem): Promise<StoredSample["scores"]>;
    redact(text: string): string;
    clock: Clock;
  },
): Promise<StoredSample> {
  const { kind: _, rate: __, ...trial } = answer;
  const sample: Sample = {
    caseId: item.caseId,
    repeat,
    requestDigest: item.requestDigest,
    ...trial,
    ...(cost === undefined ? {} : { costNanoUsd: cost }),
  };
  const output = ports.redact(sample.output);
  const toolCalls = sample.toolCalls && redactValue(sample.toolCalls, ports.redact);
  return {
    ...sample,
    ...(toolCalls ? { toolCalls: toolCalls.value } : {}),
    ...(seed === undefined ? {} : { seed }),
    output,
    redacted: output !== sample.output || toolCalls?.changed === true,
    gateId,
    at: ports.clock.now().toISOString(),
    scores: finiteScores(await ports.score(sample, item)),
  };
}

/** JSON knows no NaN: such a line could not be read again, and its sample would be paid twice. */
function finiteScores(scores: StoredSample["scores"]): StoredSample["scores"] {
  for (const [key, score] of Object.entries(scores)) {
    if ("value" in score && !Number.isFinite(score.value))
      return finiteScores({ ...scores, [key]: { missing: `the evaluator gave ${score.value}, which is no score` } });
  }
  return scores;
}
