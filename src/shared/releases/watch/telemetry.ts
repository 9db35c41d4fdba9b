import type { ArmWindow } from "./arm-window.ts";

/** Whose windows are asked for. */
export interface TelemetryTarget {
  /** ARM id of the account whose platform metrics tell of the deployments. */
  account?: string;
  /** Id of the Log Analytics workspace that the callers' spans land in. */
  workspace?: string;
  /** What the arms are called in both: deployments, or versions of `agent`, or digests of `document`, which spans alone tell. */
  arms: readonly string[];
  agent?: string;
  document?: WatchedDocument;
  /** Left out: no costs are told. */
  costOf?: CostOf;
}

/** A served prompt or route; the callers' spans say by which digest of it a call was made. */
export interface WatchedDocument {
  kind: "prompt" | "route";
  name: string;
}

/** Nano-USD that so many tokens of an arm cost; undefined where its price is not known. */
export type CostOf = (arm: string, tokens: { input: number; output: number }) => number | undefined;

export interface ToldWindows {
  /** Every arm and minute, with what was told of it; a minute of which nothing was told has no field but its times. */
  windows: ArmWindow[];
  /** What could not be read, in words: a watch that does not know everything calls nothing healthy. */
  unread: string[];
}

/** What has been measured. */
export interface Telemetry {
  /** Whole minutes from `from` to `to`; those that a source is not through with yet are told by the others alone. */
  windows(target: TelemetryTarget, from: Date, to: Date): Promise<ToldWindows>;
}
