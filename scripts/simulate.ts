import { parseArgs } from "node:util";
import { messageOf } from "../src/shared/errors.ts";
import { estimateSeconds, type GateShares, simulateGate } from "./simulate/gate.ts";
import { printWatch, WATCH_SAYS } from "./simulate/print-watch.ts";
import { missedPromises, simulateWatch } from "./simulate/watch.ts";

const USAGE = `Usage: npm run -s simulate -- gate [--json] [--gates 1000] [--sizes 20,40,60,100,200,400] [--repeats 1,3] [--seed 1]
       npm run -s simulate -- watch [--json] [--hours 20000] [--seeds 1000] [--seed 1]

gate: plays many gates on suites resampled from real recorded rows (no normal noise), through the function that the gate calls,
its extensions included. Nothing changed: every sample of either side, repeats, extensions and the A/A run that sets the
margin too, is drawn with replacement from all recorded runs of its case. Power: head's samples are the worse run's.

watch: watches releases through the function that the watch calls: traffic in which nothing is wrong, and rises of errors.`;

const SAYS = [
  "Resampled from real rows: cases drawn with replacement; every sample drawn with replacement from the recorded runs of",
  "its case (nothing changed), or head from the worse run (power). Three blocking metrics in every suite; margins in points",
  "(means, where they are set by `margin: auto` from an A/A run of each suite, or computed by a gate whose suite is left on auto).",
];

function main(): number {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: {
      json: { type: "boolean", default: false },
      gates: { type: "string", default: "1000" },
      sizes: { type: "string", default: "20,40,60,100,200,400" },
      repeats: { type: "string", default: "1,3" },
      seed: { type: "string", default: "1" },
      hours: { type: "string", default: "20000" },
      seeds: { type: "string", default: "1000" },
    },
  });
  if (positionals[0] === "watch" && positionals.length === 1) return watch(values);
  if (positionals[0] !== "gate" || positionals.length > 1) {
    console.error(USAGE);
    return 1;
  }
  const numbers = (list: string) => list.split(",").map((item) => wholeNumber(item));
  const options = {
    gates: wholeNumber(values.gates),
    sizes: numbers(values.sizes),
    repeats: numbers(values.repeats),
    seed: wholeNumber(values.seed),
  };
  console.error(`This takes about ${duration(estimateSeconds(options))} here; --gates takes fewer.`);
  const shares = simulateGate(options, ({ row, rows, scenario, cases, repeats }) =>
    console.error(`${row} of ${rows}: ${scenario}, ${cases} cases x ${repeats}`),
  );
  const misses = shares.flatMap(missedTargets);
  if (values.json) console.log(JSON.stringify({ says: SAYS.join(" "), shares, misses }));
  else print(shares, misses);
  return misses.length === 0 ? 0 : 1;
}

function watch(values: { hours: string; seeds: string; seed: string; json: boolean }): number {
  const [hours, seeds, seed] = [values.hours, values.seeds, values.seed].map(wholeNumber);
  console.error("This takes about two minutes; --hours and --seeds take fewer.");
  const figures = simulateWatch({ hours: hours ?? 1, seeds: seeds ?? 1, seed: seed ?? 1 }, (row) => console.error(row));
  const misses = missedPromises(figures);
  if (values.json) console.log(JSON.stringify({ says: WATCH_SAYS.join(" "), ...figures, misses }));
  else printWatch(figures, misses);
  return misses.length === 0 ? 0 : 1;
}

function duration(seconds: number): string {
  return seconds < 90 ? `${Math.ceil(seconds)} s` : `${Math.ceil(seconds / 60)} minutes`;
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1) throw new Error(`"${text}" is no whole number above 0`);
  return value;
}

/** What the gate promises; power is printed beside it and judged only where a promise names it. */
function missedTargets(share: GateShares): string[] {
  const { scenario, cases, repeats } = share;
  const miss = (what: string) => [`${scenario}, ${cases} cases, ${repeats} repeats: ${what}`];
  if (scenario.startsWith("nothing changed") && share.blocked > 0.025) {
    return miss(`${percent(share.blocked)} blocked, at most 2.5 % promised`);
  }
  if (scenario.startsWith("nothing changed, margin") && cases >= 60 && share.pass < 0.85) {
    return miss(`${percent(share.pass)} pass, at least 85 % promised`);
  }
  if (scenario === "loses 17 points, margin 5" && cases === 200 && share.blocked < 0.95) {
    return miss(`${percent(share.blocked)} blocked, at least 95 % promised`);
  }
  if (scenario === "loses 4.3 points, margin 2" && cases === 50 && share.pass >= 0.05) {
    return miss(`${percent(share.pass)} pass, under 5 % promised`);
  }
  if (scenario.endsWith("every row once") && share.blocked < 1) return miss("the loss is not found");
  if (scenario === "loses exactly its margin" && share.pass > 0.05) {
    return miss(`${percent(share.pass)} pass, at most 5 % promised`);
  }
  return [];
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

function print(shares: GateShares[], misses: string[]): void {
  for (const line of SAYS) console.log(line);
  let scenario = "";
  for (const share of shares) {
    if (share.scenario !== scenario) console.log(`\n${share.scenario}`);
    scenario = share.scenario;
    const margins = Object.entries(share.margins).map(([name, margin]) => `${name} ${(margin * 100).toFixed(1)}`);
    const cells = [
      `${share.cases} cases x ${share.repeats}`.padStart(16),
      `pass ${percent(share.pass).padStart(7)}`,
      `inconclusive ${percent(share.inconclusive).padStart(7)}`,
      `blocked ${percent(share.blocked).padStart(7)}`,
      `extended ${percent(share.extended).padStart(7)}`,
      `margins ${margins.join(", ")}`,
    ];
    console.log(cells.join("   "));
  }
  console.log(`\n${shares[0]?.gates ?? 0} gates each.`);
  for (const miss of misses) console.log(`MISSED: ${miss}`);
}

try {
  process.exitCode = main();
} catch (error) {
  console.error(messageOf(error));
  process.exitCode = 1;
}
