import path from "node:path";
import type { Planned } from "./build-plan.ts";
import type { PlannedSide } from "./plan.ts";

/**
 * A plan whose samples lie in one file for each subject and suite, under `folder`. Shards' own files depend on how many
 * samples there are, which suits workers that share them; here a run of one case must find what the whole suite has paid.
 */
export function withLocalPaths({ plan, shards }: Planned, folder: string): Planned {
  const local = (samplesPath: string) => `${folder}/${path.posix.dirname(samplesPath)}.jsonl`;
  const side = (planned: PlannedSide): PlannedSide => ({ ...planned, samplesPath: local(planned.samplesPath) });
  return {
    shards: shards.map((shard) => ({ ...shard, samplesPath: local(shard.samplesPath) })),
    plan: {
      ...plan,
      comparisons: plan.comparisons.map((comparison) => ({
        ...comparison,
        cases: comparison.cases.map(({ base, head, ...rest }) => ({
          ...rest,
          ...(base ? { base: side(base) } : {}),
          ...(head ? { head: side(head) } : {}),
        })),
      })),
    },
  };
}
