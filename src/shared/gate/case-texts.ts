import type { Shard, StoredSample } from "../evals/shard.ts";
import { redact } from "../redaction/redact.ts";
import { renderValue } from "../repository/render-prompt.ts";
import type { EvalCase } from "../repository/suite.ts";
import type { CaseSamples } from "./judge.ts";
import type { PlannedCase } from "./plan.ts";

/** A holdout that is read is none any more: prompts would be written for it. */
export const withheld = "(holdout: its texts are kept out of reports)";

export type ReadShard = (shardId: string) => Promise<Shard | undefined>;

export function textOf(sample: StoredSample): string {
  if (sample.outcome === "filtered" && !sample.output) return "(the provider's content filter gave no answer)";
  return sample.output;
}

/** The case as it was when the run was planned. */
export async function caseOf(planned: PlannedCase, readShard: ReadShard): Promise<EvalCase | undefined> {
  const shard = planned.head && (await readShard(planned.head.shardId));
  const item = shard?.items.find(
    ({ caseId, requestDigest }) => caseId === planned.caseId && requestDigest === planned.head?.requestDigest,
  );
  return item?.cases.find(({ digest }) => digest === planned.digest)?.case;
}

/** What was asked, redacted. */
export async function inputOf({ planned }: CaseSamples, readShard: ReadShard): Promise<string> {
  const found = await caseOf(planned, readShard);
  const lines = Object.entries(found?.inputs ?? {}).map(([name, value]) => `${name}: ${renderValue(value)}`);
  const turns = (found?.turns ?? []).map(({ role, content }) => `${role}: ${content}`);
  return redact([...lines, ...turns].join("\n")).text;
}
