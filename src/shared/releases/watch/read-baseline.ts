import type { Clock } from "../../clock.ts";
import type { ReleaseState } from "../release-state.ts";
import type { ArmWindow } from "./arm-window.ts";
import { leastBaseline } from "./belief.ts";
import type { Telemetry, TelemetryTarget, ToldWindows } from "./telemetry.ts";

export interface BaselinePorts {
  telemetry: Telemetry;
  /** Windows of the past, as they were read once. */
  baselines: {
    read(release: ReleaseState, key: string): Promise<ArmWindow[] | undefined>;
    write(release: ReleaseState, key: string, windows: readonly ArmWindow[]): Promise<void>;
  };
  clock: Clock;
}

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
/** The same hour is read anew so often: what is usual at nine is not at three. */
const slotMs = 15 * minuteMs;
/** On either side of the time that is looked at; with the slot an hour and a quarter. */
const aroundMs = 30 * minuteMs;
/** More than the hour that baselines need, so that a gap leaves enough. */
const beforeMs = 90 * minuteMs;

/**
 * What is usual: the same hour of the day before, whatever served then; where too little is told of that, the hour and a half
 * before the release. `key`: the target's.
 */
export async function readBaseline(
  release: ReleaseState,
  key: string,
  target: TelemetryTarget,
  ports: BaselinePorts,
): Promise<ToldWindows> {
  if (target.arms.length === 0) return { windows: [], unread: [] };
  // Two minutes before the flip: what came later may still have been under way to the sources.
  const last = Math.floor(Date.parse(release.promotedAt ?? release.createdAt) / minuteMs) * minuteMs - 2 * minuteMs;
  const slot = Math.floor(ports.clock.now().getTime() / slotMs) * slotMs;
  const from = slot - dayMs - aroundMs;
  const to = Math.min(last, slot - dayMs + slotMs + aroundMs);
  const read = async (name: string, start: number, end: number): Promise<ToldWindows> => {
    const known = await ports.baselines.read(release, name);
    if (known) return { windows: known, unread: [] };
    if (start >= end) return { windows: [], unread: [] };
    const told = await ports.telemetry.windows(target, new Date(start), new Date(end));
    if (told.unread.length === 0) await ports.baselines.write(release, name, told.windows);
    return told;
  };
  const [sameHour, before] = await Promise.all([
    read(`${key}@${new Date(slot).toISOString()}`, from, to),
    read(key, last - beforeMs, last),
  ]);
  const isKnown = sameHour.windows.filter(({ requests }) => requests).length >= leastBaseline;
  return isKnown || sameHour.unread.length > 0 ? sameHour : before;
}
