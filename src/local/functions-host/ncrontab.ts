import { Cron } from "croner";

/** A timer's schedule: an NCRONTAB expression in UTC. */
export interface Schedule {
  /** The first time after `time`; undefined where there is none any more. */
  next(time: Date): Date | undefined;
}

const fields = ["second", "minute", "hour", "day", "month", "day of the week"];

/**
 * Reads a six-field NCRONTAB expression, e.g. `0 *\/5 * * * *`. Throws on everything that Azure would not take, although the
 * library behind could: five fields, time spans (App Service plans alone), `L`, `#`, `?`.
 */
export function parseNcrontab(text: string): Schedule {
  const parts = text.trim().split(/\s+/);
  if (parts.length !== fields.length)
    throw new Error(`"${text}" is no NCRONTAB expression of six fields (${fields.join(", ")}).`);
  for (const [index, part] of parts.entries()) {
    const names = index < 4 ? "" : "|[A-Za-z]{3,9}";
    const value = `(?:\\d+${names})`;
    const item = `(?:\\*|${value}(?:-${value})?)(?:/\\d+)?`;
    if (!new RegExp(`^${item}(?:,${item})*$`).test(part))
      throw new Error(`"${part}" is no ${fields[index]} of an NCRONTAB expression ("${text}").`);
  }
  // NCRONTAB wants day and day of the week to match both, and takes a step from a single value as from there to the end.
  const cron = new Cron(parts.map(openStep).join(" "), {
    paused: true,
    timezone: "UTC",
    mode: "6-part",
    domAndDow: true,
  });
  return { next: (time) => cron.nextRun(time) ?? undefined };
}

const lastOf = [59, 59, 23, 31, 12, 6];

function openStep(part: string, index: number): string {
  return part.replace(/(^|,)(\w+)\/(\d+)/g, (_, before: string, from: string, step: string) => {
    return `${before}${from}-${lastOf[index]}/${step}`;
  });
}
