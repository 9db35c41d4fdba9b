import type { WatchRule, WatchRules } from "../../repository/watch-rules.ts";
import type { ArmWindow } from "./arm-window.ts";
import { type JudgedRule, judgeRule } from "./judge-rule.ts";
import type { RuleWindows } from "./scale.ts";
import { silenceOf } from "./silence.ts";

/** All that one observation looks at: what it decides can be decided again from this. */
export interface WatchEvidence {
  /** The arm that the release put there. */
  arm: string;
  /** The arm that serves beside it, where one does. */
  control?: string;
  /** Since the release was promoted. */
  windows: readonly ArmWindow[];
  /** The same hour before the release, an hour or more. Not changed once it is read. */
  baseline: readonly ArmWindow[];
  /** What could not be read, such as a query that answered in part: nothing is called healthy then. */
  unread?: readonly string[];
}

export type WatchOverall = "healthy" | "degraded" | "critical" | "inconclusive";

export interface WatchReport {
  overall: WatchOverall;
  /** Whether a watch in mode `act` takes the release back, and one in `propose` asks to. */
  act: boolean;
  /** The release where its arm alone is worse, the platform where the other arm is too. */
  cause?: "release" | "platform";
  /** Requests that stopped coming; neither health nor a reason to act. */
  silence?: string;
  reasons: string[];
  rules: JudgedRule[];
  inputs: { rules: WatchRules; evidence: WatchEvidence };
}

/**
 * One observation of a release: pure, so production, tests, the simulation and a replay decide alike. Only windows are
 * evidence: that an alert was resolved says nothing here.
 */
export function observeRelease(rules: WatchRules, evidence: WatchEvidence): WatchReport {
  const { arm, control, baseline, unread = [] } = evidence;
  const ordered = inOrder(evidence.windows);
  const windows = windowsOf(ordered, arm, control, baseline);
  const judged = rules.rules.map((rule) => judgeRule(rules, rule, windows));
  const silence = silenceOf(rules, ordered, baseline);
  const common = { ...(silence === undefined ? {} : { silence }), rules: judged, inputs: { rules, evidence } };
  const breached = judged.filter((item) => item.breached);
  if (breached.length === 0) {
    const gaps = [...unread, ...(silence ? [silence] : []), ...unproven(rules, judged)];
    const compared = judged.filter(({ rule }) => control !== undefined || rule.against !== "concurrentArm");
    const untold = compared.flatMap(({ rule, missing }) => (missing ? [`${rule.id}: no evidence, ${missing}`] : []));
    const overall = gaps.length > 0 ? "inconclusive" : "healthy";
    return { overall, act: false, reasons: [...gaps, ...untold], ...common };
  }
  const reasons = breached.map(describe);
  const overall = breached.some(({ rule }) => rule.critical) ? "critical" : "degraded";
  const platform =
    control === undefined ? undefined : platformCause(rules, breached, windowsOf(ordered, control, arm, baseline));
  if (platform) return { overall, act: false, cause: "platform", reasons: [...reasons, platform], ...common };
  return { overall, act: true, cause: "release", reasons, ...common };
}

function inOrder(windows: readonly ArmWindow[]): readonly ArmWindow[] {
  const ordered = windows.every(({ from }, i) => i === 0 || (windows[i - 1]?.from ?? "") <= from);
  return ordered ? windows : windows.toSorted((a, b) => (a.from < b.from ? -1 : a.from > b.from ? 1 : 0));
}

function windowsOf(
  ordered: readonly ArmWindow[],
  arm: string,
  other: string | undefined,
  baseline: readonly ArmWindow[],
): RuleWindows {
  const own = ordered.filter((window) => window.arm === arm);
  const twins = other === undefined ? [] : ordered.filter((window) => window.arm === other && window.requests);
  return { arm, own, other: new Map(twins.map((window) => [window.from, window])), baseline };
}

/** What keeps an unbroken watch from being called healthy: some rule has to pass in as many windows as would break it. */
function unproven(rules: WatchRules, judged: readonly JudgedRule[]): string[] {
  const ofErrors = judged.filter(({ rule }) => rule.metric === "errorRatio" && !rule.critical);
  const { needed, of } = rules.windows;
  const proven = (ofErrors.length > 0 ? ofErrors : judged).some(
    ({ windows }) =>
      windows.filter(({ verdict }) => verdict === "pass").length >= Math.min(needed, windows.length || 1),
  );
  return proven
    ? []
    : [`under ${needed} of the newest ${of} windows are evidence of ${ofErrors.length > 0 ? "errors" : "anything"}`];
}

/** Any window of the other arm that breaches in the same metric, by its own past or by a bound: not beside the release's arm. */
function platformCause(rules: WatchRules, breached: readonly JudgedRule[], windows: RuleWindows): string | undefined {
  const metrics = new Set(breached.map(({ rule }) => rule.metric));
  for (const rule of rules.rules) {
    if (rule.against === "concurrentArm" || !metrics.has(rule.metric)) continue;
    const { windows: judged } = judgeRule(rules, rule, windows);
    if (!judged.some(({ verdict }) => verdict === "breach")) continue;
    return `the arm ${windows.arm} breaches ${rule.id} too: the platform is the cause, not the release`;
  }
  return undefined;
}

function describe({ rule, windows, limit }: JudgedRule): string {
  const breaches = windows.filter(({ verdict }) => verdict === "breach");
  const held = limit === undefined ? "" : `, up to ${figure(limit)} is no breach`;
  const what = `${rule.metric} against ${nameOf(rule)}`;
  return `${rule.id}: ${what}: ${breaches.length} of ${windows.length} windows breach, newest ${figure(breaches.at(-1)?.value ?? 0)}${held}`;
}

function nameOf({ against }: WatchRule): string {
  if (against === "absolute") return "its bound";
  return against === "sameHour" ? "the same hour" : "the other arm";
}

function figure(value: number): string {
  return String(Number(value.toPrecision(3)));
}
