/** A rule of the linter: the table that docs, annotations and `assay lint` are made from. */
export interface LintRule {
  severity: "error" | "warning";
  /** What is wrong, in one line. */
  summary: string;
  /** The mend, where the finding itself has no better one. */
  fix: string;
}

export function error(summary: string, fix: string): LintRule {
  return { severity: "error", summary, fix };
}

export function warning(summary: string, fix: string): LintRule {
  return { severity: "warning", summary, fix };
}
