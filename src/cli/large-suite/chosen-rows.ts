import path from "node:path";
import { maxRows } from "../../shared/repository/dataset-rows.ts";
import type { EvalCase } from "../../shared/repository/suite.ts";
import type { LocalServices } from "../../shared/services/local-services.ts";
import { chooseCases, matchesAll } from "../plan-suite.ts";
import { UsageError } from "../usage-error.ts";
import { createCaseReader } from "./large-cases.ts";
import { type LargeSuite, type RepositoryFiles, withDatasets } from "./large-datasets.ts";

export interface Choice {
  /** Cases of which one that is not there is an error. */
  ids: readonly string[];
  /** Cases that did not pass when they were last run; undefined where they were not asked for. */
  failing: readonly string[] | undefined;
  filters: readonly string[];
}

/** Cases that are named where none was found. */
const mostNamed = 5;

/**
 * The tree and reader with each dataset cut to the chosen rows, each in its line: what is left is a suite that is run as any
 * other. @throws UsageError where no case is chosen, or more than a suite is run with
 */
export async function withChosenRows(
  large: LargeSuite,
  { ids, failing, filters }: Choice,
  files: RepositoryFiles,
  root: string,
  lines: LocalServices["lines"],
): Promise<RepositoryFiles> {
  const wanted = failing || ids.length > 0 ? new Set([...(failing ?? []), ...ids]) : undefined;
  const first: EvalCase[] = [];
  const chosen: EvalCase[] = [];
  const readCase = createCaseReader();
  let kept = 0;
  const cut = await withDatasets(large, files, async (dataset) => {
    const own: string[] = [];
    let rows = 0;
    for await (const line of lines(path.join(root, dataset))) {
      const text = own.length === 0 ? line.replace(/^\uFEFF/, "") : line;
      const read = text.trim() === "" ? undefined : readCase(text);
      // What is no case stays, to be told with its line as ever.
      let keeps = read !== undefined && "problem" in read;
      if (read && !("problem" in read)) {
        if (first.length < mostNamed) first.push(read.item);
        // Whether a case that was named also matches is told where cases are chosen.
        const mine = wanted?.has(read.item.id) ?? matchesAll(read.item, filters);
        if (mine) chosen.push(read.item);
        // A dataset without any row is an error of its own.
        keeps = mine || rows === 0;
        rows++;
      }
      if (keeps) kept++;
      if (kept > maxRows) throw tooMany(large, filters);
      own.push(keeps && read && !("problem" in read) ? read.line : keeps ? text : "");
    }
    return own;
  });
  const unknown = ids.some((id) => !chosen.some((item) => item.id === id));
  if (unknown || (chosen.length === 0 && !failing))
    chooseCases({ name: large.name, cases: [...first, ...chosen] }, ids, filters);
  return cut;
}

function tooMany({ name }: LargeSuite, filters: readonly string[]): UsageError {
  const by = filters.map((filter) => `\`${filter}\``).join(" and ");
  return new UsageError(
    `More than ${maxRows} cases of \`${name}\` match${by ? ` ${by}` : ""}: that is no part that is held at a time.`,
    "Narrow the filter, or leave out --case, --filter and --failing: the whole suite is streamed.",
  );
}
