import path from "node:path";
import { type StandInProcess, startStandIn } from "../../start-stand-in.ts";

/** Before the tables. */
export function startWitness(target: string, log: string, delayMs: number): Promise<StandInProcess> {
  return startStandIn({
    main: path.join(import.meta.dirname, "witness.ts"),
    name: "witness of the tables",
    port: 0,
    options: { target, log, delay: delayMs },
    errors: "shown",
  });
}
