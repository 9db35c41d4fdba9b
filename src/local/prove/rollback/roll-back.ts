import { setTimeout as sleep } from "node:timers/promises";
import type { Adapter } from "./adapters.ts";
import type { RollbackOrder } from "./judge.ts";
import type { RollbackHouse } from "./rollback-house.ts";

export interface Wanted {
  adapter: Adapter;
  /** The write at which a worker dies; undefined: at none. */
  point?: string;
}

export interface RollingBack {
  workers: number;
  /** Rollbacks under way at once. */
  abreast: number;
  /** One that is not over after this is left as it is; the judge finds it. */
  patienceMs: number;
  /** Nothing is asked for after this. */
  until: number;
  /** A write that belongs to no order is met by whoever makes it first. */
  unmarked?: boolean;
}

/** Seeds a release for each order, has all of them rolled back side by side while workers die, and tells what was asked for. */
export async function rollBack(
  house: RollbackHouse,
  wanted: readonly Wanted[],
  { workers, abreast, patienceMs, until, unmarked = false }: RollingBack,
): Promise<RollbackOrder[]> {
  const kills: Record<string, string> = {};
  const waiting: { point: string | undefined; seeded: Awaited<ReturnType<RollbackHouse["seed"]>> }[] = [];
  for (const [index, { adapter, point }] of wanted.entries()) {
    const name = `ko${String(index).padStart(4, "0")}`;
    if (point !== undefined) kills[unmarked ? "" : name] = point;
    waiting.push({ point, seeded: await house.seed(adapter, name) });
  }
  await house.addLoad();
  await house.startWorkers(workers, kills);
  const asked: RollbackOrder[] = [];
  async function lane(): Promise<void> {
    for (let next = waiting.shift(); next && Date.now() < until; next = waiting.shift()) {
      const { point, seeded } = next;
      const askedAt = Date.now();
      const order = { ...seeded.order, askedAt, ...(point === undefined ? {} : { point }) };
      asked.push(order);
      await seeded.ask();
      while (Date.now() - askedAt < patienceMs && !(await house.closed(seeded.repositoryId, order.operationId)))
        await sleep(600);
    }
  }
  await Promise.all(Array.from({ length: abreast }, lane));
  // What is done after an operation was closed is judged too.
  await sleep(1500);
  return asked;
}
