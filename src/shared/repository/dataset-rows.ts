import { parse } from "csv-parse/sync";
import { messageOf } from "../errors.ts";
import { createFinding, type Finding } from "./finding.ts";
import { parseYaml, type YamlText } from "./parse-yaml.ts";
import { readText, sizeLimits } from "./read-text.ts";

/** One row of a dataset as it is written, with its line. */
export interface DatasetRow {
  value: unknown;
  line: number;
  /** CSV has text alone: its cells stand for lists, numbers and objects too. */
  textOnly: boolean;
}

export interface DatasetRows {
  rows: DatasetRow[];
  findings: Finding[];
}

/** Rows of a dataset that are read; a file with more is a finding of `loadDatasets`. */
export const maxRows = 10_000;

/** Reads a dataset file by its extension: .jsonl, .ndjson, .csv, .json, .yaml, .yml. */
export function readDatasetRows(path: string, bytes: Uint8Array): DatasetRows {
  const extension = path.slice(path.lastIndexOf(".") + 1).toLowerCase();
  const read = readText(path, bytes, sizeLimitOf(path));
  if ("finding" in read) return { rows: [], findings: [read.finding] };
  if (extension === "jsonl" || extension === "ndjson") return readLines(path, read.text);
  if (extension === "csv") return readCsv(path, read.text);
  if (extension === "json") return readJson(path, read.text);
  if (extension === "yaml" || extension === "yml") return readYaml(path, read.text);
  return { rows: [], findings: [createFinding("dataset/format", { path }, `${path} is in no format that is read.`)] };
}

/** Most bytes of a dataset file. YAML costs some hundred times what JSON does. */
export function sizeLimitOf(path: string): number {
  return /\.ya?ml$/i.test(path) ? sizeLimits.text : sizeLimits.dataset;
}

/** The cases of a suite's own `cases:`. */
export function inlineRows(cases: readonly unknown[], keys: readonly PropertyKey[], yaml: YamlText): DatasetRow[] {
  return cases
    .slice(0, maxRows + 1)
    .map((value, index) => ({ value, line: yaml.at([...keys, index]).line, textOnly: false }));
}

function readLines(path: string, text: string): DatasetRows {
  const rows: DatasetRow[] = [];
  const findings: Finding[] = [];
  for (const [index, line] of text.split("\n").entries()) {
    if (rows.length > maxRows || findings.length >= 50) break;
    if (line.trim() === "") continue;
    const at = { path, line: index + 1 };
    try {
      rows.push({ value: JSON.parse(line), line: index + 1, textOnly: false });
    } catch (error) {
      findings.push(createFinding("json/syntax", at, `The line is not JSON: ${messageOf(error).slice(0, 160)}`));
    }
  }
  return { rows, findings };
}

function readJson(path: string, text: string): DatasetRows {
  try {
    return rowsOf(path, JSON.parse(text), () => 1);
  } catch (error) {
    return {
      rows: [],
      findings: [createFinding("json/syntax", { path }, `The file is not JSON: ${messageOf(error).slice(0, 160)}`)],
    };
  }
}

function readYaml(path: string, text: string): DatasetRows {
  const yaml = parseYaml(path, text);
  if (yaml.findings.length > 0) return { rows: [], findings: yaml.findings };
  const prefix = Array.isArray(yaml.value) ? [] : ["cases"];
  return rowsOf(path, yaml.value ?? [], (index) => yaml.at([...prefix, index]).line);
}

/** A list of rows, or an object with the list under `cases`. */
function rowsOf(path: string, value: unknown, lineOf: (index: number) => number): DatasetRows {
  const list: unknown = typeof value === "object" && value !== null && "cases" in value ? value.cases : value;
  if (!Array.isArray(list)) {
    const message = `${path} is neither a list of cases nor an object with \`cases\`.`;
    return { rows: [], findings: [createFinding("dataset/invalid-row", { path }, message)] };
  }
  const rows = list
    .slice(0, maxRows + 1)
    .map((row: unknown, index) => ({ value: row, line: lineOf(index), textOnly: false }));
  return { rows, findings: [] };
}

function readCsv(path: string, text: string): DatasetRows {
  const findings: Finding[] = [];
  const records = readRecords(text, (error) => {
    if (findings.length < 50)
      findings.push(
        createFinding(
          "dataset/invalid-row",
          { path, line: error.lines ?? 1 },
          `The row cannot be read: ${error.message.slice(0, 160)}`,
        ),
      );
  });
  const [header, ...rest] = records;
  if (!header) return { rows: [], findings };
  const columns = header.cells.map((cell) => cell.trim());
  const bad = columns.find(
    (column, index) => column === "" || column === "__proto__" || columns.indexOf(column) !== index,
  );
  if (bad !== undefined) {
    const message =
      bad === ""
        ? "A column has no name."
        : `The column \`${bad.slice(0, 80)}\` ${bad === "__proto__" ? "cannot be named so" : "is there twice"}.`;
    return {
      rows: [],
      findings: [...findings, createFinding("dataset/invalid-row", { path }, message, "Correct the first line.")],
    };
  }
  const rows: DatasetRow[] = [];
  for (const { cells, line } of rest.slice(0, maxRows + 1)) {
    if (cells.length !== columns.length) {
      const message = `The row has ${cells.length} cells, and there are ${columns.length} columns.`;
      if (findings.length < 50) findings.push(createFinding("dataset/invalid-row", { path, line }, message));
      continue;
    }
    // An empty cell says that the row has no such value.
    const filled = columns
      .map((column, index) => [column, cells[index] ?? ""] as const)
      .filter(([, cell]) => cell !== "");
    rows.push({ value: Object.fromEntries(filled), line, textOnly: true });
  }
  return { rows, findings };
}

function readRecords(
  text: string,
  onError: (error: { message: string; lines?: number }) => void,
): { cells: string[]; line: number }[] {
  let previous = 0;
  const records: { cells: string[]; line: number }[] = [];
  try {
    parse(text, {
      relax_column_count: true,
      skip_empty_lines: true,
      to: maxRows + 2,
      on_record: (record: string[], { lines }) => {
        const breaks = record.reduce((sum, cell) => sum + cell.split("\n").length - 1, 0);
        records.push({ cells: record, line: Math.max(previous + 1, lines - breaks) });
        previous = lines;
        return null;
      },
    });
  } catch (error) {
    const lines = error instanceof Error && "lines" in error ? error.lines : undefined;
    onError({ message: messageOf(error), ...(typeof lines === "number" ? { lines } : {}) });
  }
  return records;
}
