import type { Log } from "../../src/shared/log.ts";

/** Keeps what is logged. */
export function createMemoryLog(): Log & { events: { event: string; facts: Record<string, unknown> }[] } {
  const events: { event: string; facts: Record<string, unknown> }[] = [];
  const keep = (event: string, facts: Record<string, unknown> = {}) => {
    events.push({ event, facts });
  };
  return { events, info: keep, warn: keep, error: keep };
}
