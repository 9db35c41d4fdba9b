import type { ArmWindow } from "../../src/shared/releases/watch/arm-window.ts";
import { lookback } from "../../src/shared/releases/watch/belief.ts";
import { observeRelease } from "../../src/shared/releases/watch/observe-release.ts";
import { usualRules as rules } from "../../src/shared/releases/watch/usual-rules.ts";
import { clopperPearson } from "../../src/shared/statistics/proportion.ts";
import { seededRandom } from "../../src/shared/statistics/random.ts";
import { armWindows, type Clusters, type World } from "./watch-world.ts";

export interface WatchOptions {
  /** Watched hours of null traffic, all settings together. */
  hours: number;
  /** Of each rise, counted on from `seed`. */
  seeds: number;
  seed: number;
}

export interface NullShare {
  ratio: number;
  requestsPerSecond: number;
  clusters: Clusters;
  arms: 1 | 2;
  hours: number;
  rollbacks: number;
  /** Reasons of the first few. */
  reasons: string[];
}

export interface Rise {
  from: number;
  to: number;
  requestsPerSecond: number;
  clusters: Clusters;
  seeds: number;
  /** Share acted on within three windows. */
  withinThree: number;
  low: number;
  high: number;
  /** One-minute windows from the rise to the decision; null where the watch of an hour ended before. */
  median: number | null;
  p90: number | null;
  /** At least so many have to be within three windows, where that is promised. */
  promised?: number;
}

export interface WatchFigures {
  nulls: NullShare[];
  hours: number;
  rollbacks: number;
  perThousandHours: { rate: number; low: number; high: number };
  rises: Rise[];
}

const day = 1440;
const hour = 60;
/** Minutes until the same hour is read anew. */
const baselineRead = 15;
const armCounts: (1 | 2)[] = [1, 2];
const clusterKinds: Clusters[] = ["wandering", "pairs"];

export function simulateWatch(options: WatchOptions, told: (row: string) => void): WatchFigures {
  const settings = [0.01, 0.05].flatMap((ratio) =>
    [5, 20].flatMap((requestsPerSecond) =>
      clusterKinds.flatMap((clusters) => armCounts.map((arms) => ({ ratio, requestsPerSecond, clusters, arms }))),
    ),
  );
  const days = Math.max(1, Math.ceil(options.hours / 24 / settings.length));
  const nulls = settings.map((setting, i) => {
    told(`nothing wrong, ${i + 1} of ${settings.length}: ${days} days`);
    return nullShare(setting, days, options.seed * 1_000_003 + i);
  });
  const hours = nulls.reduce((sum, share) => sum + share.hours, 0);
  const rollbacks = nulls.reduce((sum, share) => sum + share.rollbacks, 0);
  const { low, high } = clopperPearson(rollbacks, hours);
  const rises = riseSettings().map((setting) => {
    told(`errors rise from ${setting.from} to ${setting.to} at ${setting.requestsPerSecond} requests a second`);
    return rise(setting, options);
  });
  const perThousandHours = { rate: (rollbacks / hours) * 1000, low: low * 1000, high: high * 1000 };
  return { nulls, hours, rollbacks, perThousandHours, rises };
}

function riseSettings(): Pick<Rise, "from" | "to" | "requestsPerSecond" | "clusters" | "promised">[] {
  const settings = [
    { from: 0.01, to: 0.1, requestsPerSecond: 5, promised: 0.9 },
    { from: 0.05, to: 0.1, requestsPerSecond: 20, promised: 0.9 },
    { from: 0.01, to: 0.02, requestsPerSecond: 5 },
    { from: 0.01, to: 0.02, requestsPerSecond: 20 },
    { from: 0.05, to: 0.1, requestsPerSecond: 5 },
    { from: 0.1, to: 0.2, requestsPerSecond: 5 },
    { from: 0.1, to: 0.2, requestsPerSecond: 20 },
  ];
  return settings.flatMap((setting) => clusterKinds.map((clusters) => ({ ...setting, clusters })));
}

/** Days of nothing but traffic; each is watched minute by minute against the same hour of the day before. */
function nullShare(
  { ratio, requestsPerSecond, clusters, arms }: Pick<NullShare, "ratio" | "requestsPerSecond" | "clusters" | "arms">,
  days: number,
  seed: number,
): NullShare {
  const world: World = {
    random: seededRandom(seed),
    ratio,
    requestsPerSecond,
    clusters,
    swing: true,
    gaps: true,
  };
  let rollbacks = 0;
  const reasons: string[] = [];
  for (let i = 0; i < days; i++) {
    const before = armWindows(world, "before", { first: 0, minutes: day });
    const fresh = armWindows(world, "new", { first: day, minutes: day, share: 1 / arms });
    const old = arms === 2 ? armWindows(world, "old", { first: day, minutes: day, share: 0.5 }) : [];
    let since = 0;
    let baseline: ArmWindow[] = [];
    for (let minute = 1; minute <= day; minute++) {
      const start = Math.max(since, minute - lookback);
      const windows = together(fresh, old, start, minute);
      if (minute % baselineRead === 1) {
        const sameHour = Math.min(day - hour, Math.max(0, minute - hour / 2));
        baseline = before.slice(sameHour, sameHour + hour);
      }
      const report = observeRelease(rules, {
        arm: "new",
        ...(arms === 2 ? { control: "old" } : {}),
        windows,
        baseline,
      });
      if (!report.act) continue;
      rollbacks += 1;
      if (reasons.length < 3) reasons.push(report.reasons.join("; "));
      // The watch begins anew, with neither cooldown nor daily limit.
      since = minute;
    }
  }
  return { ratio, requestsPerSecond, clusters, arms, hours: (days * day) / hour, rollbacks, reasons };
}

function together(fresh: ArmWindow[], old: ArmWindow[], start: number, end: number): ArmWindow[] {
  if (old.length === 0) return fresh.slice(start, end);
  const windows: ArmWindow[] = [];
  for (let i = start; i < end; i++) {
    for (const window of [fresh[i], old[i]]) if (window) windows.push(window);
  }
  return windows;
}

/** An hour of baseline, up to half an hour without fault, then the rise. A decision before it is no detection. */
function rise(setting: ReturnType<typeof riseSettings>[number], options: WatchOptions): Rise {
  const { from, to, requestsPerSecond, clusters } = setting;
  const delays: number[] = [];
  for (let i = 0; i < options.seeds; i++) {
    const random = seededRandom((options.seed - 1) * options.seeds + i + 1);
    const world: World = { random, ratio: from, requestsPerSecond, clusters, swing: false, gaps: false };
    const healthy = Math.floor(random() * 30);
    const baseline = armWindows(world, "before", { first: 0, minutes: hour });
    const ratioOf = (minute: number) => (minute < healthy ? from : to);
    const all = armWindows(world, "new", { first: day, minutes: healthy + hour, ratioOf });
    delays.push(delayOf(all, baseline, healthy));
  }
  delays.sort((a, b) => a - b);
  const within = delays.filter((delay) => delay <= 3).length;
  const at = (share: number) => {
    const delay = delays[Math.ceil(share * delays.length) - 1] ?? Number.POSITIVE_INFINITY;
    return Number.isFinite(delay) ? delay : null;
  };
  const { low, high } = clopperPearson(within, options.seeds);
  const found = { withinThree: within / options.seeds, low, high, median: at(0.5), p90: at(0.9) };
  return { ...setting, seeds: options.seeds, ...found };
}

function delayOf(all: ArmWindow[], baseline: ArmWindow[], healthy: number): number {
  for (let minute = 1; minute <= all.length; minute++) {
    const windows = all.slice(Math.max(0, minute - lookback), minute);
    if (!observeRelease(rules, { arm: "new", windows, baseline }).act) continue;
    return minute > healthy ? minute - healthy : Number.POSITIVE_INFINITY;
  }
  return Number.POSITIVE_INFINITY;
}

/** What the figures say against the promises. */
export function missedPromises({ perThousandHours, rises }: WatchFigures): string[] {
  const misses: string[] = [];
  const { rate, high } = perThousandHours;
  if (rate >= 1) misses.push(`${rate.toFixed(2)} false rollbacks in 1,000 watched hours, under 1 promised`);
  else if (high >= 1)
    misses.push(`under 1 false rollback in 1,000 watched hours is not shown: up to ${high.toFixed(2)}`);
  for (const { from, to, requestsPerSecond, clusters, withinThree, promised } of rises) {
    if (promised === undefined || withinThree >= promised) continue;
    const what = `${from} to ${to} at ${requestsPerSecond} requests a second (${clusters})`;
    misses.push(
      `${what}: ${(withinThree * 100).toFixed(1)} % acted on within 3 windows, at least ${promised * 100} % promised`,
    );
  }
  return misses;
}
