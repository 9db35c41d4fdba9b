import { digestOf } from "./digest.ts";
import { createFinding, type Finding } from "./finding.ts";
import { parseYaml } from "./parse-yaml.ts";
import { readText } from "./read-text.ts";
import { Release, type ReleaseManifest } from "./release.ts";
import { schemaFindings } from "./schema-findings.ts";

export interface ParsedRelease {
  release?: ReleaseManifest;
  findings: Finding[];
}

const codes = { invalid: "release/invalid", unknownKey: "release/unknown-key" } as const;

/** Reads a `releases/**\/*.yaml`. Never throws for what is in it: every problem is a finding. */
export function parseRelease(path: string, bytes: Uint8Array): ParsedRelease {
  const read = readText(path, bytes);
  if ("finding" in read) return { findings: [read.finding] };
  const yaml = parseYaml(path, read.text);
  if (yaml.findings.length > 0) return { findings: yaml.findings };
  if (typeof yaml.value !== "object" || yaml.value === null || !Object.hasOwn(yaml.value, "schema")) {
    return { findings: [createFinding("release/missing-schema", { path }, `${path} has no \`schema\`.`)] };
  }
  const parsed = Release.safeParse(yaml.value);
  if (!parsed.success) return { findings: schemaFindings(parsed.error, path, yaml, codes) };
  return {
    release: { ...parsed.data, path, digest: digestOf(parsed.data), positions: yaml.positions(6) },
    findings: [],
  };
}
