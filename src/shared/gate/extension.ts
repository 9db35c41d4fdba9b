import type { SuiteVerdict } from "./comparison.ts";

/** Looks that a suite plans where its budget allows more than one: the first sample, and one extension. */
export const PLANNED_LOOKS = 2;

/** An extension brings every case to this many times its first repeats. */
export const EXTENSION_FACTOR = 3;

/** What a suite may still spend on repeats. */
export interface ExtensionBudget {
  /** Calls that one more repeat of every changed case costs, base and head together. */
  callsPerRepeat: number;
  /** Calls that are left in the suite's budget; undefined: no cap. */
  callsLeft?: number;
  /** Repeats in all that the suite allows; undefined: three times its own. */
  mostRepeats?: number;
}

export interface ExtensionState {
  verdict: SuiteVerdict;
  /** Repeats that every case has now. */
  repeats: number;
  budget: ExtensionBudget;
}

export type Extension =
  | { extend: true; repeats: number; look: number; reason: string }
  | { extend: false; reason: string };

/**
 * How many looks to plan, decided once before the first sample is scored: every look spends a share of the error, so a
 * suite that cannot pay for an extension plans one look and keeps all of it.
 */
export function plannedLooks(repeats: number, budget: ExtensionBudget): number {
  return affordableRepeats(repeats, budget) >= 2 * repeats ? PLANNED_LOOKS : 1;
}

/**
 * Whether an inconclusive suite draws more repeats, and up to how many in all. Only repeats are drawn, and only while
 * they can settle it: spread between cases shrinks with more cases alone.
 */
export function nextExtension({ verdict, repeats, budget }: ExtensionState): Extension {
  if (verdict.verdict !== "inconclusive") return { extend: false, reason: `the verdict is ${verdict.verdict}` };
  const open = verdict.metrics.filter((metric) => metric.judged && metric.verdict === "inconclusive");
  const hopeless = open.find((metric) => metric.repeatsNeeded === undefined);
  if (hopeless) return { extend: false, reason: `more repeats would not settle ${hopeless.name}, more cases would` };
  if (verdict.look >= verdict.looks && verdict.looks > 1) {
    return { extend: false, reason: `all ${verdict.looks} planned looks are taken` };
  }
  if (verdict.looks === 1) return { extend: false, reason: "the suite's budget leaves no room for more repeats" };
  const target = affordableRepeats(repeats, budget);
  if (target <= repeats) return { extend: false, reason: "the suite's budget is spent" };
  const names = open.map((metric) => metric.name).join(", ");
  const reason = `${names} undecided after ${repeats} repeats; ${target - repeats} more of each case`;
  return { extend: true, repeats: target, look: verdict.look + 1, reason };
}

function affordableRepeats(repeats: number, { callsPerRepeat, callsLeft, mostRepeats }: ExtensionBudget): number {
  const affordable = callsLeft === undefined ? Number.POSITIVE_INFINITY : Math.floor(callsLeft / callsPerRepeat);
  const most = mostRepeats === undefined ? Number.POSITIVE_INFINITY : mostRepeats - repeats;
  return repeats + Math.max(0, Math.min((EXTENSION_FACTOR - 1) * repeats, affordable, most));
}
