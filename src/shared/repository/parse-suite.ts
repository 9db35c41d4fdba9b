import { createFinding, type Finding } from "./finding.ts";
import { parseYaml, type YamlText } from "./parse-yaml.ts";
import { readText } from "./read-text.ts";
import { schemaFindings } from "./schema-findings.ts";
import { SuiteFile } from "./suite.ts";

/** A suite file as it is written, before its datasets are read. */
export interface ParsedSuite {
  suite?: SuiteFile;
  findings: Finding[];
  /** The file's YAML, for the places of cases and keys. */
  yaml?: YamlText;
}

const codes = {
  invalid: "suite/invalid",
  unknownKey: "suite/unknown-key",
  misplaced: { cases: "Write it below `datasets`, as `- cases:`." },
} as const;

/** Reads an `evals/**\/*.yaml`. Never throws for what is in it: every problem is a finding. */
export function parseSuite(path: string, bytes: Uint8Array): ParsedSuite {
  const read = readText(path, bytes);
  if ("finding" in read) return { findings: [read.finding] };
  const yaml = parseYaml(path, read.text);
  if (yaml.findings.length > 0) return { findings: yaml.findings };
  if (typeof yaml.value !== "object" || yaml.value === null || !Object.hasOwn(yaml.value, "schema")) {
    return { findings: [createFinding("suite/missing-schema", { path }, `${path} has no \`schema\`.`)] };
  }
  const parsed = SuiteFile.safeParse(yaml.value);
  if (!parsed.success) return { findings: schemaFindings(parsed.error, path, yaml, codes) };
  return { suite: parsed.data, findings: [], yaml };
}
