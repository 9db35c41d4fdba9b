import { randomUUID } from "node:crypto";
import { seededRandom } from "../src/shared/statistics/random.ts";
import { type Figure, quantile } from "./figures.ts";
import { type BreachedRelease, openRollbackWorld, type RollbackWorld } from "./rollback-world.ts";

/** Every call of a stand-in: 150 ms at the median and 600 ms at the 95th percentile, log-normal. */
const [medianMs, p95Ms] = [150, 600];
const z95 = 1.6449;
const rounds = 20;
const [alerts, seconds] = [1000, 10];

/**
 * From an alert to the old version routed, read back and probed, one alert after the other: the built app in a process of its
 * own with the queue polling that is deployed, the issuer's keys, which are asked for once, without delay. Then a thousand
 * different alerts on one target: what they cost beside what one costs.
 */
export async function benchRollback(): Promise<Figure[]> {
  const random = seededRandom(1);
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const sigma = Math.log(p95Ms / medianMs) / z95;
  const world = await openRollbackWorld(() => medianMs * Math.exp(sigma * normal()));
  try {
    const times: number[] = [];
    let callsOfOne = 0;
    for (let n = 0; n < rounds; n++) {
      const release = await world.breach(n % 2 === 0 ? "deployment" : "agent", `round${n}`);
      // Queues are polled at most every two seconds: an alert may come at any time between.
      await new Promise((resolve) => setTimeout(resolve, 2500 + 2000 * random()));
      const calls = world.outsideCalls();
      times.push(await takenBack(world, release));
      callsOfOne = Math.max(callsOfOne, world.outsideCalls() - calls);
    }
    const release = await world.breach("deployment", "flood");
    const calls = world.outsideCalls();
    const handled = await flood(world, release);
    return [
      { figure: "alert to routed and verified, median", value: quantile(times, 0.5) / 1000, unit: "s", limit: 10 },
      { figure: "alert to routed and verified, p95", value: quantile(times, 0.95) / 1000, unit: "s", limit: 10 },
      { figure: `rollbacks of ${alerts} alerts in ${seconds} s`, value: await release.rollbacks(), unit: "", limit: 1 },
      { figure: `the last of ${alerts} alerts sent to all handled`, value: handled / 1000, unit: "s", limit: 60 },
      {
        figure: `outside calls of ${alerts} alerts, to those of one`,
        value: (world.outsideCalls() - calls) / callsOfOne,
        unit: "times",
        limit: 1.1,
      },
    ];
  } finally {
    await world.stop();
  }
}

async function takenBack(world: RollbackWorld, release: BreachedRelease): Promise<number> {
  const id = randomUUID();
  const firedAt = new Date();
  const verified = release.untilVerified();
  const status = await world.alert(release.target, id, "Fired", firedAt);
  if (status !== 202) throw new Error(`the alert was answered ${status}`);
  const took = await verified;
  await release.untilClosed();
  // Many targets that suffer at once are the platform's, and no rollback's.
  await world.alert(release.target, id, "Resolved", firedAt);
  return took;
}

async function flood(world: RollbackWorld, release: BreachedRelease): Promise<number> {
  const started = performance.now();
  const sent: Promise<number>[] = [];
  for (let n = 0; n < alerts; n++) {
    const early = started + (n * seconds * 1000) / alerts - performance.now();
    if (early > 0) await new Promise((resolve) => setTimeout(resolve, early));
    sent.push(world.alert(release.target, randomUUID(), "Fired", new Date()));
  }
  const refused = (await Promise.all(sent)).filter((status) => status !== 202);
  if (refused.length > 0) throw new Error(`${refused.length} alerts were answered ${refused[0]}`);
  const last = performance.now();
  await release.untilClosed();
  await world.untilHandled();
  return performance.now() - last;
}
