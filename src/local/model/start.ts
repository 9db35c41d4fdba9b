import path from "node:path";
import { type StandInProcess, startStandIn } from "../start-stand-in.ts";

export interface ModelStandInOptions {
  /** 0: any free one. */
  port: number;
  /** Name of the setting that chooses the port, for the error that names it. */
  portSetting?: string;
  /** Of the noise. */
  seed: number;
  key?: string;
  latencyMs?: number;
  /** A file that gets a line of JSON at the start and at the end of each call. */
  logFile?: string;
  maxInFlight?: number;
  rateHeaders?: boolean;
  requestsPerMinute?: number;
}

/** Its `url` is the base to which `/chat/completions` is added, its `adminUrl` that of `/_standin/log` and `/_standin/faults`. */
export type ModelStandIn = StandInProcess;

export function startModelStandIn(options: ModelStandInOptions): Promise<ModelStandIn> {
  return startStandIn({
    main: path.join(import.meta.dirname, "main.ts"),
    name: "model stand-in",
    port: options.port,
    portSetting: options.portSetting,
    options: {
      seed: options.seed,
      key: options.key,
      latency: options.latencyMs,
      log: options.logFile,
      "max-in-flight": options.maxInFlight,
      "requests-per-minute": options.requestsPerMinute,
      "no-rate-headers": options.rateHeaders === false,
    },
    errors: "told",
  });
}
