import { derivedCaseId } from "./case-digest.ts";
import { type DatasetRow, inlineRows, maxRows, readDatasetRows } from "./dataset-rows.ts";
import { readCase } from "./eval-case.ts";
import { createFinding, type Finding } from "./finding.ts";
import type { YamlText } from "./parse-yaml.ts";
import { resolveReference } from "./reference-path.ts";
import type { EvalCase, SuiteFile } from "./suite.ts";

export interface LoadedCases {
  cases: EvalCase[];
  /** Where each case stands, by its id. */
  origins: Record<string, { path: string; line: number }>;
  /** Dataset files that were read. */
  files: string[];
  findings: Finding[];
}

/** The bytes of a referenced file, or the finding that says why there are none (without its place). */
export type ReadFile = (path: string) => Uint8Array | Finding;

/**
 * Reads all cases of a suite. Ids are stable: as written, or the first 12 hex digits of the inputs' digest, with -2, -3 and
 * so on for exact repeats.
 */
export function loadDatasets(path: string, suite: SuiteFile, yaml: YamlText, readFile: ReadFile): LoadedCases {
  const loaded: LoadedCases = { cases: [], origins: Object.create(null), files: [], findings: [] };
  const rows: (DatasetRow & { path: string })[] = [];
  for (const [index, dataset] of suite.datasets.entries()) {
    const at = yaml.at(["datasets", index]);
    const read =
      "cases" in dataset
        ? { path, rows: inlineRows(dataset.cases, ["datasets", index, "cases"], yaml), findings: [] }
        : readReferenced(path, dataset.path, yaml, index, readFile);
    for (const finding of read.findings) loaded.findings.push(finding);
    if (read.path !== path) loaded.files.push(read.path);
    if (read.rows.length === 0 && read.findings.length === 0) {
      const name = read.path === path ? "The suite's own `cases`" : read.path;
      loaded.findings.push(
        createFinding(
          "dataset/empty",
          read.path === path ? { path, ...at } : { path: read.path },
          `${name} has no cases.`,
        ),
      );
    }
    for (const row of read.rows) rows.push({ ...row, path: read.path });
  }
  if (rows.length > maxRows) {
    loaded.findings.push(
      createFinding("dataset/too-many-cases", { path }, `The suite has more than ${maxRows} cases.`),
    );
  }
  readCases(rows.slice(0, maxRows), suite, loaded);
  return loaded;
}

function readReferenced(path: string, reference: string, yaml: YamlText, index: number, readFile: ReadFile) {
  const at = yaml.at(["datasets", index, "path"]);
  const resolved = resolveReference(path, reference, at);
  if ("finding" in resolved) return { path, rows: [], findings: [resolved.finding] };
  const file = readFile(resolved.path);
  if (file instanceof Uint8Array) return { path: resolved.path, ...readDatasetRows(resolved.path, file) };
  return { path: resolved.path, rows: [], findings: [{ ...file, path, ...at }] };
}

function readCases(rows: (DatasetRow & { path: string })[], suite: SuiteFile, loaded: LoadedCases): void {
  const read = rows.map((row) => ({ row, result: readCase(row) }));
  const taken = new Set(
    read.flatMap(({ result }) => ("row" in result && result.row.id !== undefined ? [result.row.id] : [])),
  );
  const mustPass = new Set(suite.mustPass);
  const warned = new Set<string>();
  let invalid = 0;
  for (const { row, result } of read) {
    const at = { path: row.path, line: row.line };
    if ("problem" in result) {
      invalid += 1;
      if (invalid <= 50)
        loaded.findings.push(createFinding("dataset/invalid-row", at, `The row is not a case: ${result.problem}.`));
      continue;
    }
    for (const key of result.ignored) {
      if (warned.has(`${row.path} ${key}`)) continue;
      warned.add(`${row.path} ${key}`);
      loaded.findings.push(
        createFinding("dataset/unknown-key", at, `The key \`${key.slice(0, 80)}\` beside \`inputs\` is not read.`),
      );
    }
    const id = result.row.id ?? freeId(derivedCaseId(result.row), taken);
    const first = loaded.origins[id];
    if (first) {
      const message = `The id \`${id}\` is also that of the case at ${first.path}:${first.line}.`;
      loaded.findings.push(createFinding("dataset/duplicate-id", at, message));
      continue;
    }
    taken.add(id);
    loaded.origins[id] = at;
    loaded.cases.push({ ...result.row, id, mustPass: result.row.mustPass || mustPass.has(id) });
  }
}

function freeId(derived: string, taken: Set<string>): string {
  if (!taken.has(derived)) return derived;
  let repeat = 2;
  while (taken.has(`${derived}-${repeat}`)) repeat += 1;
  return `${derived}-${repeat}`;
}
