import { rm } from "node:fs/promises";
import { openProofHouse } from "./proof-house.ts";
import { nameOf, type WritePoint } from "./write-points.ts";

/** The writes of a worker that is left alone, in the order in which it first makes them. */
export interface Rehearsal {
  /** Made by a baseline on storage that nobody has used, and by no pull request after it. */
  firstUse: WritePoint[];
  /** Made for every pull request. */
  everyPull: WritePoint[];
}

const rehearsalMs = 120_000;
const quietMs = 2000;

/** One worker that is told to live shows which writes there are, in a house of its own. */
export async function rehearse(options: { app: string; root: string }): Promise<Rehearsal> {
  const house = await openProofHouse(options);
  try {
    const [worker] = await house.start([undefined]);
    if (!worker) throw new Error("the worker of the rehearsal did not start");
    await house.announce();
    await mustConclude(house.concluded(house.first, "assay / baseline", rehearsalMs));
    await quiet(() => distinct(worker.points()).length);
    const before = worker.points().length;
    await house.openPull();
    await mustConclude(house.concluded(house.heads[0]?.sha ?? "", "assay / gate", rehearsalMs));
    await quiet(() => distinct(worker.points().slice(before)).length);
    const everyPull = distinct(worker.points().slice(before));
    const again = new Set(everyPull.map(nameOf));
    return {
      firstUse: distinct(worker.points().slice(0, before)).filter((point) => !again.has(nameOf(point))),
      everyPull,
    };
  } finally {
    await house.stop();
    await rm(house.folder, { recursive: true, force: true });
  }
}

/**
 * A check concludes before its message is taken off the queue: the last writes come after what people see. Kinds of writes
 * are counted, for the timers never rest.
 */
async function quiet(count: () => number): Promise<void> {
  for (let known = -1; known !== count(); ) {
    known = count();
    await new Promise((resolve) => setTimeout(resolve, quietMs));
  }
}

async function mustConclude(concluded: Promise<boolean>): Promise<void> {
  if (!(await concluded)) throw new Error("the rehearsal's check did not conclude: nothing is proven before it does");
}

function distinct(points: readonly WritePoint[]): WritePoint[] {
  return [...new Map(points.map((point) => [nameOf(point), point])).values()];
}
