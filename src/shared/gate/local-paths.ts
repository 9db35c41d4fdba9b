import path from "node:path";
import type { Shard } from "../evals/shard.ts";
import type { Planned } from "./build-plan.ts";
import type { PlannedSide } from "./plan.ts";

/**
 * A plan whose samples lie in one file for each subject and suite, under `folder`, with one shard for each. How many shards
 * workers share depends on how many samples there are; here a run of one case must find what the whole suite has paid.
 */
export function withLocalPaths({ plan, shards }: Planned, folder: string): Planned {
  const side = (planned: PlannedSide): PlannedSide => ({ ...planned, ...placeOf(planned, folder) });
  const joined = new Map<string, Shard>();
  for (const shard of shards) {
    const place = placeOf(shard, folder);
    const known = joined.get(place.shardId);
    joined.set(place.shardId, { ...shard, ...place, items: [...(known?.items ?? []), ...shard.items] });
  }
  return {
    shards: [...joined.values()],
    plan: {
      ...plan,
      runs: plan.runs.map((run) => ({ ...run, shardIds: [...new Set(run.shardIds.map(joinedId))] })),
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

function placeOf({ shardId, samplesPath }: Pick<Shard, "shardId" | "samplesPath">, folder: string) {
  return { shardId: joinedId(shardId), samplesPath: `${folder}/${path.posix.dirname(samplesPath)}.jsonl` };
}

/** `0h` of `0h-17`: the pair and its side. */
function joinedId(shardId: string): string {
  return shardId.split("-")[0] ?? shardId;
}
