import type { ShardMessage } from "../deliveries/delivery.ts";
import type { Shard } from "../evals/shard.ts";
import { sampleKey } from "../evals/shard.ts";
import { extendingText } from "./check-text.ts";
import { decideGate } from "./decide.ts";
import { shardKey, update } from "./gate-store.ts";
import { inBatches } from "./in-batches.ts";
import type { JudgedPart } from "./judge-gate.ts";
import { type Plan, shardPath } from "./plan.ts";
import { changedCases } from "./plan-budget.ts";
import type { GatePorts } from "./ports.ts";
import type { Extension, Gate } from "./schema.ts";
import { shardRow } from "./shard-row.ts";
import { closeSuperseded } from "./supersede.ts";

/**
 * What an inconclusive gate draws next; nothing where more repeats could not change what the gate says: another suite has
 * decided it already, or the suite that is undecided only advises.
 */
export function chooseExtensions(gate: Gate, parts: readonly JudgedPart[], now: Date): Extension[] {
  const deciding = parts.filter(({ judged }) => !judged.advisory);
  const { verdict } = decideGate(
    deciding.map(({ judged }) => judged.verdict),
    { mode: "enforce", inconclusive: "warn" },
  );
  if (verdict !== "inconclusive") return [];
  const round = 1 + Math.max(0, ...(gate.extensions ?? []).map((row) => row.round));
  return deciding.flatMap(({ index, judged, next }) => {
    if (!next.extend) return [];
    const { look, repeats, reason } = next;
    return [{ round, comparison: index, look, from: judged.repeats, repeats, reason, at: now.toISOString() }];
  });
}

/** The intent, stored before any of its effects. Undefined where somebody else has moved the gate on. */
export async function storeExtensions(
  gate: Gate,
  chosen: readonly Extension[],
  { store }: GatePorts,
): Promise<Gate | undefined> {
  const known = gate.extensions?.length ?? 0;
  return update(store.gates, gate.repositoryId, gate.gateId, (now): Gate | undefined =>
    now.stage !== "running" || (now.extensions?.length ?? 0) !== known
      ? undefined
      : { ...now, stage: "extending", extensions: [...(now.extensions ?? []), ...chosen] },
  );
}

/**
 * Writes the shards of the last round, their rows, and then the stage; the messages are the caller's to send once it has
 * let go of the gate. Safe to repeat after a kill at any point: everything follows from the stored plan and intent.
 */
export async function drawExtensions(gate: Gate, plan: Plan, ports: GatePorts): Promise<ShardMessage[] | undefined> {
  const { store, clock } = ports;
  const { repositoryId, gateId } = gate;
  const drawn = await shardsOf(gate, plan, (shardId) => ports.shards.read(repositoryId, shardPath(gateId, shardId)));
  await inBatches(drawn, ({ shard }) => ports.shards.write(repositoryId, shardPath(gateId, shard.shardId), shard));
  const now = clock.now();
  await inBatches(drawn, ({ shard, samples }) =>
    store.shards.insert(repositoryId, shardKey(gateId, shard.shardId), shardRow(shard, samples, plan, now)),
  );
  if (gate.checkRunId !== undefined) {
    const { checks } = await ports.open(gate);
    await checks.update(gate.checkRunId, { status: "in_progress", ...extendingText(lastRound(gate), plan) });
  }
  const rows = await store.shards.list(repositoryId, `${gateId}:`);
  const running = await update(store.gates, repositoryId, gateId, (held): Gate | undefined =>
    held.stage === "extending"
      ? { ...held, stage: "running", shards: rows.length, progressAt: now.toISOString() }
      : undefined,
  );
  if (!running) {
    // The head moved meanwhile: the check that was just written to is closed again.
    const held = await store.gates.get(repositoryId, gateId);
    if (held?.value.stage === "superseded") await closeSuperseded(held.value, ports);
    return undefined;
  }
  ports.log.info("gate.extended", { gateId, shards: drawn.length, looks: lastRound(gate).map(({ look }) => look) });
  return drawn.map(({ shard }) => ({ repositoryId, gateId, shardId: shard.shardId }));
}

export function lastRound({ extensions = [] }: Pick<Gate, "extensions">): Extension[] {
  const round = extensions.at(-1)?.round;
  return extensions.filter((row) => row.round === round);
}

/** The plan's own shards again, with the changed cases alone and the repeats that are wanted now. */
export async function shardsOf(
  gate: Pick<Gate, "gateId" | "extensions">,
  plan: Plan,
  read: (shardId: string) => Promise<Shard | undefined>,
): Promise<{ shard: Shard; samples: number }[]> {
  const wanted = wantedRepeats(lastRound(gate), plan);
  const drawn: { shard: Shard; samples: number }[] = [];
  for (const [shardId, repeatsOf] of wanted) {
    const shard = await read(shardId);
    if (!shard) throw new TypeError(`shard ${shardId} of ${gate.gateId} has no content`);
    const items = shard.items.flatMap((item) => {
      const repeats = repeatsOf.get(sampleKey({ ...item, repeat: 0 }));
      return repeats === undefined || repeats <= item.repeats
        ? []
        : [{ item: { ...item, repeats }, was: item.repeats }];
    });
    if (items.length === 0) continue;
    const round = lastRound(gate)[0]?.round ?? 1;
    drawn.push({
      shard: { ...shard, shardId: `${shardId}-x${round}`, items: items.map(({ item }) => item) },
      samples: items.reduce((sum, { item, was }) => sum + item.repeats - was, 0),
    });
  }
  return drawn;
}

/** By shard, the repeats of each request of it. */
function wantedRepeats(round: readonly Extension[], plan: Plan): Map<string, Map<string, number>> {
  const wanted = new Map<string, Map<string, number>>();
  for (const { comparison, repeats } of round) {
    for (const { caseId, base, head } of changedCases(plan.comparisons[comparison]?.cases ?? [])) {
      for (const side of [base, head]) {
        if (!side) continue;
        const ofShard = wanted.get(side.shardId) ?? new Map<string, number>();
        const key = sampleKey({ caseId, requestDigest: side.requestDigest, repeat: 0 });
        ofShard.set(key, Math.max(repeats, ofShard.get(key) ?? 0));
        wanted.set(side.shardId, ofShard);
      }
    }
  }
  return wanted;
}
