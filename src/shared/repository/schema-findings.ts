import type * as z from "zod";
import { createFinding, type Finding } from "./finding.ts";
import { isMissing, issueText } from "./issue-text.ts";
import type { LintCode } from "./lint-rules.ts";
import type { YamlText } from "./parse-yaml.ts";

/** A file kind's codes for values that do not fit and for keys that it does not know. */
export interface SchemaCodes {
  invalid: LintCode;
  unknownKey: LintCode;
  /** Mends of keys at the top that people write where they do not belong. */
  misplaced?: Readonly<Record<string, string>>;
}

/** zod's issues as findings at the place in the YAML where each can be mended. */
export function schemaFindings(error: z.ZodError, path: string, yaml: YamlText, codes: SchemaCodes): Finding[] {
  return error.issues.flatMap((issue) => issueFindings(issue, [], path, yaml, codes)).slice(0, 50);
}

type Issue = z.core.$ZodIssue;

function issueFindings(
  issue: Issue,
  parents: PropertyKey[],
  path: string,
  yaml: YamlText,
  codes: SchemaCodes,
): Finding[] {
  const keys = [...parents, ...issue.path];
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => {
      const where = keys.length > 0 ? ` in \`${dotted(keys)}\`` : "";
      return createFinding(
        codes.unknownKey,
        { path, ...yaml.at([...keys, key], { key: true }) },
        `Unknown key \`${key.slice(0, 80)}\`${where}.`,
        keys.length === 0 ? codes.misplaced?.[key] : undefined,
      );
    });
  }
  const branch = issue.code === "invalid_union" ? nearest(issue.errors) : undefined;
  if (branch) return branch.flatMap((inner) => issueFindings(inner, keys, path, yaml, codes));
  const name = keys.length > 0 ? `\`${dotted(keys)}\`` : "the file";
  return [
    createFinding(
      codes.invalid,
      { path, ...yaml.at(keys) },
      `${name}${isMissing(issue) ? "" : ":"} ${issueText(issue)}`,
      mendOf(issue, keys),
    ),
  ];
}

function mendOf(issue: Issue, keys: readonly PropertyKey[]): string | undefined {
  if (isMissing(issue)) return `Add \`${String(keys.at(-1) ?? "")}:\` with its value.`;
  return issue.code === "invalid_type" && issue.expected === "string"
    ? "Write text; put numbers, true and false in quotes."
    : undefined;
}

/** Issues of a value whose kind is right. */
const inside: readonly Issue["code"][] = ["unrecognized_keys", "custom"];

/** The branch of a union that got furthest: its first issue lies deepest; where all fail at once, none says more than the union. */
function nearest(branches: readonly Issue[][]): Issue[] | undefined {
  const reached = branches.map((issues) =>
    issues.reduce((most, { code, path }) => Math.max(most, inside.includes(code) ? 1 : path.length), 0),
  );
  const furthest = reached.reduce((most, depth) => Math.max(most, depth), 0);
  return furthest > 0 ? branches[reached.indexOf(furthest)] : undefined;
}

function dotted(keys: readonly PropertyKey[]): string {
  return keys.map(String).join(".").slice(0, 120);
}
