import type { NullShare, Rise, WatchFigures } from "./watch.ts";

export const WATCH_SAYS = [
  "One-minute windows, judged by one setting, the usual rules, with the function that the watch calls. Every count of errors has twice the",
  'binomial variance: "wandering" draws each minute\'s ratio from a beta, "pairs" lets errors come in twos. Nothing wrong: days with a',
  "swing (traffic between a fifth of its peak and the peak, ratio and latency a fifth up and down) and gaps of 1 to 10 minutes,",
  "against the same hour of the day before; alone, or beside the old version. A rise: steady traffic, an hour of baseline, up to half",
  "an hour without fault, then the rise. Neither cooldown nor daily limit.",
];

export function printWatch(figures: WatchFigures, misses: string[]): void {
  for (const line of WATCH_SAYS) console.log(line);
  console.log("\nNothing wrong");
  for (const share of figures.nulls) console.log(nullLine(share));
  const { rate, low, high } = figures.perThousandHours;
  const interval = `95 % interval ${low.toFixed(3)} to ${high.toFixed(3)}`;
  console.log(
    `${figures.rollbacks} false rollbacks in ${figures.hours} watched hours: ${rate.toFixed(3)} in 1,000 (${interval})`,
  );
  console.log("\nErrors rise: windows from the rise to the decision");
  for (const rise of figures.rises) console.log(riseLine(rise));
  for (const miss of misses) console.log(`MISSED: ${miss}`);
}

function nullLine({ ratio, requestsPerSecond, clusters, arms, hours, rollbacks, reasons }: NullShare): string {
  const cells = [
    `${percent(ratio)} errors`.padStart(12),
    `${requestsPerSecond}/s at the peak`.padStart(16),
    clusters.padEnd(9),
    arms === 1 ? "alone      " : "beside old ",
    `${rollbacks} in ${hours} h`,
    ...reasons,
  ];
  return cells.join("   ");
}

function riseLine({
  from,
  to,
  requestsPerSecond,
  clusters,
  withinThree,
  low,
  high,
  median,
  p90,
  promised,
}: Rise): string {
  const minutes = (delay: number | null) => (delay === null ? "over 60" : String(delay)).padStart(7);
  const cells = [
    `${percent(from)} to ${percent(to)}`.padStart(14),
    `${requestsPerSecond}/s`.padStart(5),
    clusters.padEnd(9),
    `median${minutes(median)}`,
    `p90${minutes(p90)}`,
    `within 3: ${percent(withinThree)} (${percent(low)} to ${percent(high)})`,
    promised === undefined ? "" : `at least ${percent(promised)} promised`,
  ];
  return cells.join("   ").trimEnd();
}

function percent(share: number): string {
  return `${Number((share * 100).toFixed(1))} %`;
}
