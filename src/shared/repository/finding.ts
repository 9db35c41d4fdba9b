import { type LintCode, lintRules } from "./lint-rules.ts";

/** A place in a file; lines and columns count from 1, columns in UTF-16 units, the end is exclusive. */
export interface Position {
  line: number;
  column: number;
  endLine?: number;
  endColumn?: number;
}

/** Positions by dotted key path, e.g. `evals.0.suite`. */
export type Positions = Record<string, Position>;

/** Something to mend in a file of an AI repository: what is wrong, where, and the mend. */
export interface Finding extends Position {
  code: LintCode;
  severity: "error" | "warning";
  path: string;
  message: string;
  fix: string;
}

/** The rule's own severity and, unless a better mend is given, its own fix. */
export function createFinding(
  code: LintCode,
  at: { path: string } & Partial<Position>,
  message: string,
  fix?: string,
): Finding {
  const { path, line = 1, column = 1, endLine, endColumn } = at;
  const rule = lintRules[code];
  return {
    code,
    severity: rule.severity,
    path,
    line,
    column,
    ...(endLine === undefined ? {} : { endLine }),
    ...(endColumn === undefined ? {} : { endColumn }),
    message,
    fix: fix ?? rule.fix,
  };
}

/** By path, then by place in the file, then by code: the order in which people read. */
export function sortFindings(findings: readonly Finding[]): Finding[] {
  return findings.toSorted(
    (a, b) => compareText(a.path, b.path) || a.line - b.line || a.column - b.column || compareText(a.code, b.code),
  );
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
