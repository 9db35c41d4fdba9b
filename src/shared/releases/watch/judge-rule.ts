import type { WatchRule, WatchRules } from "../../repository/watch-rules.ts";
import { changeEvidence } from "../../statistics/sequential.ts";
import type { ArmWindow } from "./arm-window.ts";
import { beliefOf, lookback } from "./belief.ts";
import { type Look, type RuleWindows, scaleOf } from "./scale.ts";

export type WindowVerdict = "pass" | "breach" | "noEvidence";

export interface JudgedWindow {
  to: string;
  verdict: WindowVerdict;
  /** The share or level that was seen. */
  value?: number;
}

export interface JudgedRule {
  rule: WatchRule;
  arm: string;
  /** The newest windows, oldest first. */
  windows: JudgedWindow[];
  /** What the values are held against: the largest share or level that is still no change. */
  limit?: number;
  /** How many times the binomial's variance the counts have. */
  dispersion?: number;
  /** How many times likelier a change is than none, by all windows; absent where the newest say nothing of one. */
  evidence?: number;
  breached: boolean;
  /** Why no window is evidence, where none can be. */
  missing?: string;
}

/** One rule over an arm's windows: their evidence adds up, and k of the newest n have to breach; of a critical rule, one. */
export function judgeRule(rules: WatchRules, rule: WatchRule, windows: RuleWindows): JudgedRule {
  const { needed, of } = rule.critical ? { needed: 1, of: 1 } : (rule.windows ?? rules.windows);
  const least = rule.minimumSamples ?? rules.minimumSamples;
  const scale = scaleOf(rule, least, windows);
  const newest = windows.own.slice(-of);
  if (typeof scale === "string") {
    const silent = newest.map(({ to }) => ({ to, verdict: "noEvidence" as const }));
    return { rule, arm: windows.arm, windows: silent, breached: false, missing: scale };
  }
  const weigh = (window: ArmWindow) => ((window.requests ?? 0) < least ? undefined : scale.weigh(window));
  const looks = newest.map(weigh);
  // Where no window by itself says "worse" none can breach, and what came before need not be weighed.
  const worse = looks.some((look) => look && mean(look.ratios) > 1);
  const evidence = worse ? evidenceOf(rule, windows.own.slice(-lookback).map(weigh), of) : undefined;
  const judged = newest.map(({ to }, i): JudgedWindow => {
    const look = looks[i];
    if (!look) return { to, verdict: "noEvidence" };
    return { to, verdict: judgeWindow(rule, evidence ?? 0, mean(look.ratios)), value: look.value };
  });
  const { limit, dispersion } = scale;
  return {
    rule,
    arm: windows.arm,
    windows: judged,
    breached: judged.filter(({ verdict }) => verdict === "breach").length >= needed,
    ...(limit === undefined ? {} : { limit }),
    ...(evidence === undefined ? {} : { evidence }),
    ...(dispersion === undefined ? {} : { dispersion }),
  };
}

/** The most that the evidence of all windows came to within the newest ones; of a critical rule, that of the newest alone. */
function evidenceOf(rule: WatchRule, looks: readonly (Look | undefined)[], of: number): number {
  if (rule.critical) return mean(looks.at(-1)?.ratios ?? []);
  const { mostOfOneWindow, mostOfAll } = beliefOf(rule);
  const ratios = looks.map((look) => look?.ratios.map((ratio) => Math.min(ratio, mostOfOneWindow)) ?? []);
  return Math.max(0, ...changeEvidence(ratios, mostOfAll).slice(-of));
}

/** A window breaches where it says "worse" by itself and the evidence of all windows is enough to believe it. */
function judgeWindow(rule: WatchRule, evidence: number, own: number): WindowVerdict {
  return evidence >= beliefOf(rule).enough && own > 1 ? "breach" : "pass";
}

function mean(values: readonly number[]): number {
  let sum = 0;
  for (const value of values) sum += value;
  return values.length === 0 ? 0 : sum / values.length;
}
