import { WatchRules } from "../../repository/watch-rules.ts";

/** The rules that a release usually carries, the release story's among them, and that `npm run simulate -- watch` shows the figures of. */
export const usualRules = WatchRules.parse({
  rules: [
    { id: "errors", metric: "errorRatio", against: "sameHour" },
    { id: "errors-beside", metric: "errorRatio", against: "concurrentArm" },
    { id: "outage", metric: "errorRatio", against: "absolute", above: 0.5, critical: true },
    { id: "throttled", metric: "throttledRatio", against: "sameHour", ratio: 1.5, floor: 0.01 },
    { id: "blocked", metric: "safetyBlockedRatio", against: "sameHour", ratio: 1.5, floor: 0.005 },
    { id: "slow", metric: "latencyP95Ms", against: "sameHour", ratio: 1.25 },
    { id: "slow-beside", metric: "latencyP95Ms", against: "concurrentArm", ratio: 1.25 },
    { id: "cost", metric: "costNanoUsdPerRequest", against: "sameHour", ratio: 1.25 },
  ],
});
