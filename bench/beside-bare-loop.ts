import { type Figure, quantile } from "./figures.ts";
import type { RunFigures } from "./run-process.ts";

export interface Comparison {
  /** What stands before the figures' names. */
  name: string;
  cases: number;
  concurrency: number;
  /** Pairs of bare loop and run; the median of their ratios counts, for others use the machine too. */
  pairs: number;
  /** Of the run's time, in times of the bare loop's. */
  limit: number;
  bare(): Promise<Pick<RunFigures, "ms" | "cpuMs">>;
  run(): Promise<Pick<RunFigures, "ms" | "cpuMs">>;
}

export async function besideBareLoop(comparison: Comparison): Promise<Figure[]> {
  const { name, cases, concurrency, pairs, limit } = comparison;
  const times: number[] = [];
  const cpu: number[] = [];
  for (let pair = 0; pair < pairs; pair++) {
    const bare = await comparison.bare();
    const run = await comparison.run();
    times.push(run.ms / bare.ms);
    cpu.push((run.cpuMs - bare.cpuMs) / cases);
  }
  const of = `at concurrency ${concurrency}`;
  return [
    { figure: `${name}1,000 cases ${of}, beside a bare loop`, value: quantile(times, 0.5), unit: "times", limit },
    { figure: `${name}CPU a case ${of}, on top of a bare loop`, value: quantile(cpu, 0.5), unit: "ms", limit: 0.25 },
  ];
}
