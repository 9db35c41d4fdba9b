import { usd } from "../shared/gate/units.ts";
import type { Terminal } from "./terminal.ts";

/** What a run has done so far. */
export interface Progress {
  /** A sample was stored. */
  sample(costNanoUsd: number | undefined): void;
  end(): void;
}

const redrawMs = 100;
/** The rate is that of the last seconds: what a cache gave at the start says nothing about the time left. */
const windowMs = 5000;

/** One line that draws itself over: share done, rate, cost and time left. Nothing where nobody watches. */
export function createProgress(
  total: number,
  { progress }: Pick<Terminal, "progress">,
  now: () => number = Date.now,
): Progress {
  if (!progress || total === 0) return { sample() {}, end() {} };
  const recent: number[] = [];
  const state = { done: 0, costNanoUsd: 0, unpriced: 0, drawn: 0 };
  const line = () => progressLine({ ...state, total, perSecond: rateOf(recent, now()) }, progress.columns());
  return {
    sample(costNanoUsd) {
      state.done++;
      if (costNanoUsd === undefined) state.unpriced++;
      else state.costNanoUsd += costNanoUsd;
      recent.push(now());
      if (now() - state.drawn < redrawMs && state.done < total) return;
      state.drawn = now();
      while (recent.length > 1 && (recent[0] ?? 0) < now() - windowMs) recent.shift();
      progress.draw(`\r\u001b[K${line()}`);
    },
    end: () => progress.draw("\r\u001b[K"),
  };
}

function rateOf(recent: readonly number[], at: number): number | undefined {
  const [first] = recent;
  return first === undefined || recent.length < 2 || at <= first
    ? undefined
    : (recent.length - 1) / ((at - first) / 1000);
}

export interface ProgressState {
  done: number;
  total: number;
  costNanoUsd: number;
  unpriced: number;
  perSecond: number | undefined;
}

export function progressLine(
  { done, total, costNanoUsd, unpriced, perSecond }: ProgressState,
  columns: number,
): string {
  const cost = unpriced === done ? "price unknown" : `${usd(costNanoUsd)}${unpriced > 0 ? "+" : ""}`;
  const rate = perSecond === undefined ? "" : ` ${perSecond < 10 ? perSecond.toFixed(1) : Math.round(perSecond)}/s`;
  const left = perSecond ? ` ${timeText((total - done) / perSecond)} left` : "";
  const said = ` ${done}/${total}${rate} ${cost}${left}`;
  const width = Math.max(0, Math.min(40, columns - said.length - 3));
  const filled = Math.round((done / total) * width);
  return `${"█".repeat(filled)}${"░".repeat(width - filled)}${said}`.slice(0, Math.max(10, columns - 1));
}

export function timeText(seconds: number): string {
  if (seconds < 60) return `${Math.ceil(seconds)} s`;
  return seconds < 3600
    ? `${Math.floor(seconds / 60)}:${String(Math.ceil(seconds % 60)).padStart(2, "0")} min`
    : `${(seconds / 3600).toFixed(1)} h`;
}
