import type { GateTimes } from "../gate/ports.ts";
import type { Settings } from "../settings.ts";

/** In the milliseconds that the gate counts in. */
export function gateTimes(s: Settings): GateTimes {
  return {
    heartbeatMs: s.ASSAY_HEARTBEAT_SECONDS * 1000,
    overdueMs: s.ASSAY_OVERDUE_SECONDS * 1000,
    progressMs: s.ASSAY_PROGRESS_SECONDS * 1000,
    gateMs: s.ASSAY_GATE_MINUTES * 60_000,
    shardMs: s.ASSAY_SHARD_SECONDS * 1000,
  };
}
