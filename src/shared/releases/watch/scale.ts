import type { WatchRule } from "../../repository/watch-rules.ts";
import type { ArmWindow } from "./arm-window.ts";
import { leastBaseline } from "./belief.ts";
import { type LevelReference, levelBaseline, levelEvidence } from "./level-evidence.ts";
import { countOf, isRatio, levelOf } from "./measured.ts";
import {
  dispersionOf,
  largestLimit,
  type RatioReference,
  ratioBaseline,
  ratioEvidence,
  splitEvidence,
} from "./ratio-evidence.ts";
import { remembered } from "./remembered-baseline.ts";

/** The windows of an arm and of what they are compared with, oldest first. */
export interface RuleWindows {
  arm: string;
  own: readonly ArmWindow[];
  /** The other arm, by the start of its window; empty where only one serves. */
  other: ReadonlyMap<string, ArmWindow>;
  baseline: readonly ArmWindow[];
}

/** What one window says: its value, and how many times likelier each size of change is than none. */
export interface Look {
  value: number;
  ratios: number[];
}

export interface Scale {
  /** Undefined where the window says nothing of the metric. */
  weigh(window: ArmWindow): Look | undefined;
  /** The largest share or level that is still no change. */
  limit?: number;
  /** How many times the binomial's variance the counts have. */
  dispersion?: number;
}

type Of<Against> = WatchRule & { against: Against };

/** How a rule weighs a window; in words where it cannot. `least`: requests below which a window is no evidence. */
export function scaleOf(rule: WatchRule, least: number, windows: RuleWindows): Scale | string {
  if (rule.against === "concurrentArm") {
    if (windows.other.size === 0) return "no other arm serves";
    return isRatio(rule.metric) ? splitScale(rule, least, windows) : besideScale(rule, least, windows);
  }
  return isRatio(rule.metric) ? ratioScale(rule, windows) : levelScale(rule, least, windows);
}

function ratioScale(rule: Of<"absolute" | "sameHour">, { baseline }: RuleWindows): Scale | string {
  const { metric } = rule;
  const reference = remembered(baseline, rule, () => ratioReference(rule, baseline));
  if (!reference) return noBaseline;
  const weigh = (window: ArmWindow) => {
    const count = countOf(window, metric);
    if (!count) return undefined;
    const { k, n } = count;
    // What is not above a critical bound is no breach of it, whatever it is against the baseline.
    if (rule.against === "absolute" && rule.critical && k / n <= rule.above) return { value: k / n, ratios: [0] };
    return { value: k / n, ratios: ratioEvidence(k, n, reference) };
  };
  return { weigh, limit: rule.against === "absolute" ? rule.above : reference.limit, dispersion: reference.dispersion };
}

function ratioReference(rule: Of<"absolute" | "sameHour">, baseline: readonly ArmWindow[]): RatioReference | undefined {
  const counts = countsOf(baseline, rule);
  if (rule.against === "sameHour") return ratioBaseline(counts, rule);
  const limit = Math.min(largestLimit, Math.max(1e-6, rule.above));
  if (!rule.critical) return { limit, dispersion: dispersionOf(counts) };
  // One window decides: twenty requests of which eleven failed may be one bad second, so it has to be beyond what clusters do.
  const usual = ratioBaseline(counts, { ratio: 1, floor: 0 });
  return { limit: Math.min(limit, usual?.limit ?? limit / 2), dispersion: dispersionOf(counts) };
}

function splitScale(rule: Of<"concurrentArm">, least: number, { own, other, baseline }: RuleWindows): Scale | string {
  const { metric, ratio, floor } = rule;
  const counts = countsOf(other.values(), rule);
  const before = countsOf(baseline, rule);
  const dispersion = dispersionOf(before.length >= leastBaseline ? before : counts);
  let [events, trials] = [0, 0];
  for (const { k, n } of [...counts, ...countsOf(own, rule)]) {
    events += k;
    trials += n;
  }
  if (trials === 0) return "neither arm tells it";
  // Half an event, so that arms without any have a share that is not 0.
  const share = (events + 0.5) / (trials + 1);
  const weigh = (window: ArmWindow) => {
    const twin = other.get(window.from);
    const [seen, beside] = [countOf(window, metric), twin && countOf(twin, metric)];
    if (!seen || !beside || beside.n < least) return undefined;
    const value = seen.k / seen.n;
    if (value <= floor) return { value, ratios: [0] };
    return { value, ratios: splitEvidence(seen, beside, { share, ratio, dispersion }) };
  };
  return { weigh, dispersion };
}

function levelScale(rule: Of<"absolute" | "sameHour">, least: number, { baseline }: RuleWindows): Scale | string {
  const { metric } = rule;
  const reference = remembered(baseline, rule, (): LevelReference | undefined => {
    const before = levelsOf(baseline, rule, least);
    if (rule.against === "sameHour") {
      const usual = levelBaseline(before, rule.ratio, leastBaseline);
      return usual && { ...usual, limit: Math.max(usual.limit, Math.log(rule.floor)) };
    }
    const { spread } = levelBaseline(before, 1, leastBaseline) ?? { spread: unknownSpread };
    return { limit: Math.log(rule.above), spread };
  });
  if (!reference) return noBaseline;
  const weigh = (window: ArmWindow) => {
    const level = levelOf(window, metric);
    return level ? { value: level, ratios: levelEvidence(level, reference) } : undefined;
  };
  return { weigh, limit: Math.exp(reference.limit) };
}

/** A level against the other arm's of the same minute: what hits both arms cancels. */
function besideScale(rule: Of<"concurrentArm">, least: number, { other }: RuleWindows): Scale | string {
  const { metric, ratio, floor } = rule;
  // How far two windows of one arm lie apart says how far two arms may.
  const twins = levelsOf(other.values(), rule, least);
  const steps = twins.slice(1).map((level, i) => level / (twins[i] ?? level));
  const apart = levelBaseline(steps, 1, leastSteps);
  if (!apart) return `under ${leastSteps + 1} windows of the other arm tell it`;
  const reference = { limit: Math.log(ratio), spread: apart.spread };
  const weigh = (window: ArmWindow) => {
    const twin = other.get(window.from);
    const level = levelOf(window, metric);
    const beside = twin && (twin.requests ?? 0) >= least ? levelOf(twin, metric) : undefined;
    if (!level || !beside) return undefined;
    if (level <= floor) return { value: level, ratios: [0] };
    return { value: level, ratios: levelEvidence(level / beside, reference) };
  };
  return { weigh };
}

const noBaseline = `under ${leastBaseline} windows of the same hour tell it`;
const leastSteps = 5;
/** Of a level's ln: a p95 of few requests varies by about a third. */
const unknownSpread = 0.3;

function countsOf(windows: Iterable<ArmWindow>, { metric }: WatchRule): { k: number; n: number }[] {
  const counts: { k: number; n: number }[] = [];
  for (const window of windows) {
    const count = countOf(window, metric);
    if (count) counts.push(count);
  }
  return counts;
}

function levelsOf(windows: Iterable<ArmWindow>, { metric }: WatchRule, least: number): number[] {
  const levels: number[] = [];
  for (const window of windows) {
    const level = (window.requests ?? 0) >= least ? levelOf(window, metric) : undefined;
    if (level !== undefined && level > 0) levels.push(level);
  }
  return levels;
}
