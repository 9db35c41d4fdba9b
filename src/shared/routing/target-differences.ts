import type { ReplayedTarget } from "./replay-route.ts";

/** What an eval run measured of a prompt on a target. */
export interface TargetFigures {
  suite: string;
  prompt: string;
  promptVersion?: string;
  deployment: string;
  version?: string;
  samples: number;
  /** Nano-USD a call; absent where a price is unknown. */
  costPerCall?: number;
  /** Milliseconds. */
  latencyP50?: number;
  /** The suite's first metric. */
  metric?: { name: string; mean: number };
  /** Of the gate that a change runs through: which side of it, on which target or from which to which. */
  subject?: { side: "base" | "head"; targets: string };
  at: string;
}

/** How one target differs from another on one suite; what is absent is unknown. */
export interface TargetDifference {
  suite: string;
  prompt: string;
  costPerCall?: number;
  latencyP50?: number;
  metric?: { name: string; difference: number };
  samples: [from: number, to: number];
}

/** By suite and prompt, from the latest run of each target on the same version of the prompt; empty where there are none. */
export function targetDifferences(
  { from, to }: { from: ReplayedTarget; to: ReplayedTarget },
  figures: readonly TargetFigures[],
): TargetDifference[] {
  const latest = figures.toSorted((a, b) => b.at.localeCompare(a.at));
  // Runs tell deployments and versions apart, and no parameters: only the change's own gate knows which side had which.
  const isOne = from.deployment === to.deployment && from.version === to.version;
  const targets = from.name === to.name ? to.name : `${from.name}→${to.name}`;
  const of = ({ deployment, version }: ReplayedTarget, side: "base" | "head") =>
    latest.filter(
      (own) =>
        own.deployment === deployment &&
        (own.version === undefined || own.version === version) &&
        (!isOne || (own.subject?.side === side && own.subject.targets === targets)),
    );
  const seen = new Set<string>();
  return of(to, "head").flatMap((after) => {
    const { suite, prompt, promptVersion } = after;
    const same = (own: TargetFigures) =>
      own.suite === suite && own.prompt === prompt && own.promptVersion === promptVersion;
    const before = of(from, "base").find(same);
    const key = JSON.stringify([suite, prompt]);
    if (!before || seen.has(key)) return [];
    seen.add(key);
    return [{ suite, prompt, samples: [before.samples, after.samples], ...differences(before, after) }];
  });
}

function differences(before: TargetFigures, after: TargetFigures): Partial<TargetDifference> {
  const [cost, latency] = (["costPerCall", "latencyP50"] as const).map((key) => {
    const [was, is] = [before[key], after[key]];
    return was === undefined || is === undefined ? undefined : is - was;
  });
  const [was, is] = [before.metric, after.metric];
  const metric = was && is && was.name === is.name ? { name: is.name, difference: is.mean - was.mean } : undefined;
  return {
    ...(cost === undefined ? {} : { costPerCall: cost }),
    ...(latency === undefined ? {} : { latencyP50: latency }),
    ...(metric ? { metric } : {}),
  };
}
