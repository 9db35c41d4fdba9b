/** One thing that happened, in the order of its time. */
export interface Moment {
  what: string;
  /** ISO. */
  at: string;
  /** Since the story began. */
  seconds: number;
}

/** What the story is at, told as it happens. */
export interface Timeline {
  /** Now, or when it was. */
  note(what: string, at?: string): void;
  moments(): Moment[];
}

export function createTimeline(started: Date, now: () => Date, tell: (line: string) => void): Timeline {
  const noted: Moment[] = [];
  return {
    note(what, at = now().toISOString()) {
      const seconds = Math.round((Date.parse(at) - started.getTime()) / 100) / 10;
      noted.push({ what, at, seconds });
      tell(`  ${seconds.toFixed(1).padStart(6)} s  ${what}`);
    },
    moments: () => noted.toSorted((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0)),
  };
}

/** Seconds that the brief and the issue speak of. */
export function figuresOf(steps: readonly Moment[]): Record<string, number> {
  const at = (start: string) => steps.find(({ what }) => what.startsWith(start))?.seconds;
  const between = (name: string, from: string, to: string) => {
    const [begun, ended] = [at(from), at(to)];
    return begun === undefined || ended === undefined ? [] : [[name, Math.round(10 * (ended - begun)) / 10] as const];
  };
  return Object.fromEntries([
    ...between("mergeToWatch", "merged", "watch begun"),
    ...between("faultToAlert", "fault injected", "alert fired"),
    ...between("alertToVerifiedBack", "alert fired", "verified back"),
    ...between("faultToVerifiedBack", "fault injected", "verified back"),
  ]);
}
