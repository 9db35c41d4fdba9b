import path from "node:path";
import type * as z from "zod";
import { type StandInProcess, startStandIn } from "../../start-stand-in.ts";
import type { MonitorFault, PushedMinute } from "./state.ts";

/** Its `url` is the base of metrics, of logs, and of `/_standin`. */
export interface MonitorStandIn extends StandInProcess {
  push(minutes: readonly z.input<typeof PushedMinute>[]): Promise<void>;
  fail(fault: z.input<typeof MonitorFault>): Promise<void>;
}

/** Starts Azure Monitor, simulated. `portSetting`: name of the setting that chooses the port, for the error that names it. */
export async function startMonitor(options: { port: number; portSetting?: string }): Promise<MonitorStandIn> {
  const standIn = await startStandIn({
    main: path.join(import.meta.dirname, "main.ts"),
    name: "monitor stand-in",
    port: options.port,
    portSetting: options.portSetting,
    errors: "shown",
  });
  const post = async (place: string, body: unknown) => {
    const answer = await fetch(`${standIn.url}/_standin/${place}`, { method: "POST", body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`The monitor stand-in refused ${place}: ${await answer.text()}`);
  };
  return {
    ...standIn,
    push: (minutes) => post("minutes", minutes),
    fail: (fault) => post("faults", fault),
  };
}
