import type { Finding } from "./finding.ts";
import { parseYaml } from "./parse-yaml.ts";
import { Policy } from "./policy.ts";
import { readText } from "./read-text.ts";
import { schemaFindings } from "./schema-findings.ts";

export interface ParsedPolicy {
  policy?: Policy;
  findings: Finding[];
}

const codes = { invalid: "policy/invalid", unknownKey: "policy/unknown-key" } as const;

/** Reads `assay.yaml`. Never throws for what is in it: every problem is a finding. */
export function parsePolicy(path: string, bytes: Uint8Array): ParsedPolicy {
  const read = readText(path, bytes);
  if ("finding" in read) return { findings: [read.finding] };
  const yaml = parseYaml(path, read.text);
  if (yaml.findings.length > 0) return { findings: yaml.findings };
  const parsed = Policy.safeParse(yaml.value);
  return parsed.success
    ? { policy: parsed.data, findings: [] }
    : { findings: schemaFindings(parsed.error, path, yaml, codes) };
}
