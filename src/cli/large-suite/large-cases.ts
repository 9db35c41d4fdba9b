import path from "node:path";
import { derivedCaseId } from "../../shared/repository/case-digest.ts";
import { readCase as readRow } from "../../shared/repository/eval-case.ts";
import { secretFindings } from "../../shared/repository/secret-findings.ts";
import type { EvalCase } from "../../shared/repository/suite.ts";
import type { LocalServices } from "../../shared/services/local-services.ts";
import { UsageError } from "../usage-error.ts";
import type { LargeSuite } from "./large-datasets.ts";

/** Problems that are told before it is given up. */
const mostProblems = 20;
/** Lines that are looked through for secrets at a time. */
const linesAtATime = 500;

/** Every case of the datasets, in order. @throws UsageError with the first rows that are none, whose id is taken, or that hold a secret */
export async function* readLargeCases(
  { datasets }: LargeSuite,
  mustPass: ReadonlySet<string>,
  root: string,
  lines: LocalServices["lines"],
): AsyncGenerator<EvalCase> {
  const readCase = createCaseReader();
  const problems: string[] = [];
  for (const dataset of datasets) {
    let number = 0;
    for await (const line of lines(path.join(root, dataset))) {
      number++;
      const text = number === 1 ? line.replace(/^\uFEFF/, "") : line;
      if (text.trim() === "") continue;
      const read = readCase(text);
      if ("problem" in read) problems.push(`${dataset}:${number}:1 ${read.problem}`);
      else yield mustPass.has(read.item.id) ? { ...read.item, mustPass: true } : read.item;
      if (problems.length >= mostProblems) break;
    }
  }
  if (problems.length > 0) throw new UsageError(problems.join("\n"), "Mend the rows first; nothing was called.");
}

/** Reads rows in their order; a row's text comes back with the id that it has among them. */
export function createCaseReader(): (text: string) => { item: EvalCase; line: string } | { problem: string } {
  const taken = new Set<string>();
  return (text) => {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      return { problem: "The line is not JSON." };
    }
    const read = readRow({ value, line: 1, textOnly: false });
    if ("problem" in read) return { problem: `The row is not a case: ${read.problem}.` };
    const { row } = read;
    if (row.id !== undefined && taken.has(row.id))
      return { problem: `The id \`${row.id}\` is also that of a case before it.` };
    const id = row.id ?? freeId(derivedCaseId(row), taken);
    taken.add(id);
    return { item: { ...row, id }, line: row.id === undefined ? JSON.stringify({ ...Object(value), id }) : text };
  };
}

function freeId(derived: string, taken: ReadonlySet<string>): string {
  let id = derived;
  for (let repeat = 2; taken.has(id); repeat++) id = `${derived}-${repeat}`;
  return id;
}

/** @throws UsageError where a dataset holds a secret */
export async function refuseSecrets(
  { datasets }: LargeSuite,
  root: string,
  lines: LocalServices["lines"],
): Promise<void> {
  for (const dataset of datasets) {
    let waiting: string[] = [];
    let from = 0;
    const look = () => {
      const [found] = secretFindings(dataset, Buffer.from(waiting.join("\n"))).filter(
        ({ severity }) => severity === "error",
      );
      if (found)
        throw new UsageError(
          `${dataset}:${from + (found.line ?? 1)} ${found.message} ${found.fix}`,
          "Nothing was called.",
        );
      from += waiting.length;
      waiting = [];
    };
    for await (const line of lines(path.join(root, dataset))) {
      waiting.push(line);
      if (waiting.length >= linesAtATime) look();
    }
    look();
  }
}
