import type { ProofHouse } from "./proof-house.ts";
import { readKillLog } from "./read-logs.ts";
import { nameOf, type WritePoint } from "./write-points.ts";

export interface Killing {
  /** Workers side by side; each dies of its own order while the others go on. */
  abreast: number;
  /** No order is given after this time: a proof ends within its ten minutes, and says which it did not give. */
  until: number;
  mostTries: number;
  /** An order that is not met within this time goes back to the end of the list: another worker did that write. */
  patienceMs: number;
  tell(line: string): void;
}

/** Has a worker die at each of these writes; `work` gives every round of orders something to do. */
export async function killAt(
  house: ProofHouse,
  points: readonly WritePoint[],
  work: () => Promise<void>,
  { abreast, until, mostTries, patienceMs, tell }: Killing,
): Promise<void> {
  const waiting = points.map((point) => ({ point, tries: 0 }));
  while (waiting.length > 0 && Date.now() < until) {
    const orders = waiting.splice(0, abreast);
    const workers = await house.start(orders.map(({ point }) => point));
    for (const _ of orders) await work();
    await Promise.race([
      Promise.all(workers.map((worker) => worker.exited)),
      new Promise((resolve) => setTimeout(resolve, patienceMs)),
    ]);
    await house.killAll();
    const met = new Set(readKillLog(house.killLog).map(({ point }) => point));
    for (const { point, tries } of orders) {
      const isMet = met.has(nameOf(point));
      tell(`${isMet ? "killed" : "not met"} ${nameOf(point)}`);
      if (!isMet && tries + 1 < mostTries) waiting.push({ point, tries: tries + 1 });
    }
  }
}
