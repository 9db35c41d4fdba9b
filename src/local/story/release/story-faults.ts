import type * as z from "zod";
import type { PushedMinute } from "../../azure/monitor/state.ts";

/** A minute's counts of a deployment. */
export type CountedMinute = z.input<typeof PushedMinute>;

export const storyFaults = ["errors", "latency", "safety", "none"] as const;
export type StoryFault = (typeof storyFaults)[number];

export function isStoryFault(text: string): text is StoryFault {
  return storyFaults.some((fault) => fault === text);
}

/** Enough requests for any story. */
const forGood = 1_000_000;

/** What the stand-in of the data plane does to calls of a deployment; undefined: nothing. */
export function standInFault(fault: StoryFault, deployment: string): object | undefined {
  const path = `/openai/deployments/${deployment}`;
  switch (fault) {
    case "errors":
      return { kind: "errorBefore", path, status: 500, share: 0.9, count: forGood };
    case "latency":
      return { kind: "slow", path, ms: 1500, count: forGood };
    case "safety":
      return { kind: "filtered", path, share: 0.6, count: forGood };
    case "none":
      return undefined;
  }
}

/** What the injected fault does, in words. */
export const faultText: Record<StoryFault, string> = {
  errors: "nine of ten calls are answered with 500",
  latency: "each call takes 1.5 s longer",
  safety: "six of ten calls are refused by the content filter",
  none: "nothing",
};

/** A metric alert rule as a team would make it: one criterion, over one minute, split by deployment. */
export interface AlertRule {
  name: string;
  metric: string;
  threshold: number;
  valueOf(minute: CountedMinute): number;
}

/** The rules of the simulated Azure Monitor. */
export const alertRules: readonly AlertRule[] = [
  {
    name: "support-errors",
    metric: "ErrorRatio",
    threshold: 10,
    valueOf: (minute) =>
      (100 * (requestsOf(minute) - (minute.codes?.["200"] ?? 0) - (minute.blocked ?? 0))) / most(minute),
  },
  { name: "support-latency", metric: "TimeToResponse", threshold: 1000, valueOf: ({ meanMs = 0 }) => meanMs },
  {
    name: "support-blocked",
    metric: "RAIRejectedRequests",
    threshold: 10,
    valueOf: (minute) => (100 * (minute.blocked ?? 0)) / most(minute),
  },
];

export function requestsOf({ codes = {} }: CountedMinute): number {
  return Object.values(codes).reduce((sum, count) => sum + count, 0);
}

const most = (minute: CountedMinute) => Math.max(1, requestsOf(minute));
