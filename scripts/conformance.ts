import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { messageOf } from "../src/shared/errors.ts";
import { checkMetricFile, isMetricFile } from "./conformance/metrics.ts";
import type { RowCheck } from "./conformance/row-check.ts";
import { checkStatisticsFile, isStatisticsFile } from "./conformance/statistics.ts";

/** The kinds of conformance file, told apart by their shape. */
const KINDS: { matches: (file: unknown) => boolean; check: (file: unknown) => RowCheck[] | Promise<RowCheck[]> }[] = [
  { matches: isMetricFile, check: checkMetricFile },
  { matches: isStatisticsFile, check: checkStatisticsFile },
];

/**
 * `npm run -s conformance -- FILE [--json]`: recomputes the file's rows with the product's own functions. Exit code 0 where
 * no claimed row is wrong, 1 where one is or the file cannot be read.
 */
async function main(): Promise<number> {
  const { positionals, values } = parseArgs({ allowPositionals: true, options: { json: { type: "boolean" } } });
  const [path] = positionals;
  if (path === undefined || positionals.length > 1) {
    console.error("Usage: npm run -s conformance -- FILE [--json]");
    return 1;
  }
  const file: unknown = JSON.parse(readFileSync(path, "utf8"));
  // Datasets that rows name lie beside a file that brings its own; else where all real data lies.
  const folder = dirname(resolve(path));
  if (process.env.ASSAY_DATA === undefined && existsSync(join(folder, "datasets"))) process.env.ASSAY_DATA = folder;
  const kind = KINDS.find(({ matches }) => matches(file));
  if (kind === undefined) {
    console.error(`${path}: its shape is neither metric-conformance.json's nor stats-conformance.json's.`);
    return 1;
  }
  const checks = await kind.check(file);
  const count = (outcome: RowCheck["outcome"]) => checks.filter((check) => check.outcome === outcome).length;
  const counts = { right: count("right"), wrong: count("wrong"), unclaimed: count("unclaimed") };
  if (values.json) console.log(JSON.stringify(counts));
  else {
    for (const check of checks) console.log(`${check.outcome.padEnd(9)} ${check.id}: ${check.detail}`);
    console.log(`${counts.right} right, ${counts.wrong} wrong, ${counts.unclaimed} unclaimed`);
  }
  return counts.wrong === 0 ? 0 : 1;
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(messageOf(error));
  process.exitCode = 1;
}
