/** The manifest is read with its repository; its shape is shown here because releases are made of it. */
export { Release, type ReleaseManifest, ReleaseStage } from "../repository/release.ts";
export { type DeployedModel, ReleaseTarget, versionedName } from "../repository/release-target.ts";
export { SafetyPolicy } from "../repository/safety-policy.ts";
export { WatchMetric, WatchRule, WatchRules } from "../repository/watch-rules.ts";
