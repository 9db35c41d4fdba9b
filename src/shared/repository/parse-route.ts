import { digestOf } from "./digest.ts";
import { createFinding, type Finding } from "./finding.ts";
import { parseYaml } from "./parse-yaml.ts";
import { readText } from "./read-text.ts";
import { type Route, RouteFile } from "./route.ts";
import { schemaFindings } from "./schema-findings.ts";

export interface ParsedRoute {
  route?: Route;
  findings: Finding[];
}

const codes = { invalid: "route/invalid", unknownKey: "route/unknown-key" } as const;

/** Reads a `routing/**\/*.yaml`. Never throws for what is in it: every problem is a finding. */
export function parseRoute(path: string, bytes: Uint8Array): ParsedRoute {
  const read = readText(path, bytes);
  if ("finding" in read) return { findings: [read.finding] };
  const yaml = parseYaml(path, read.text);
  if (yaml.findings.length > 0) return { findings: yaml.findings };
  if (typeof yaml.value !== "object" || yaml.value === null || !Object.hasOwn(yaml.value, "schema")) {
    return { findings: [createFinding("route/missing-schema", { path }, `${path} has no \`schema\`.`)] };
  }
  const parsed = RouteFile.safeParse(yaml.value);
  if (!parsed.success) return { findings: schemaFindings(parsed.error, path, yaml, codes) };
  const route = { ...parsed.data, path, digest: digestOf(parsed.data), positions: yaml.positions(6) };
  return { route, findings: [] };
}
