import type { Clock } from "../clock.ts";
import { messageOf } from "../errors.ts";
import type { Log } from "../log.ts";

interface HeartbeatPorts {
  clock: Clock;
  log: Log;
  times: { heartbeatMs: number };
}

/** Does the work with a beat at every period beside it; the last beat is over before this returns. */
export async function withHeartbeat<T>(
  beat: () => Promise<void>,
  work: () => Promise<T>,
  ports: HeartbeatPorts,
): Promise<T> {
  const done = new AbortController();
  const beating = keepBeating();
  try {
    return await work();
  } finally {
    done.abort();
    await beating;
  }

  async function keepBeating(): Promise<void> {
    while (!done.signal.aborted) {
      try {
        await ports.clock.sleep(ports.times.heartbeatMs, done.signal);
        await beat();
      } catch (thrown) {
        if (!done.signal.aborted) ports.log.warn("heartbeat.failed", { reason: messageOf(thrown) });
      }
    }
  }
}
