import type { Suite } from "./ai-repository.ts";
import { datasetDigest } from "./case-digest.ts";
import { digestOf, withSchemaDigest } from "./digest.ts";
import { createFinding, type Finding } from "./finding.ts";
import { loadDatasets } from "./load-dataset.ts";
import type { ParsedPrompt } from "./parse-prompt.ts";
import type { ParsedRelease } from "./parse-release.ts";
import type { ParsedSuite } from "./parse-suite.ts";
import { readText, sizeLimits } from "./read-text.ts";
import { resolveReference } from "./reference-path.ts";
import { isFinding } from "./select-files.ts";
import { staleDigest } from "./stale-digest.ts";

type ReadFile = (path: string) => Uint8Array | Finding;

/** A prompt's output schema in place of its path. */
export function loadOutputSchema(parsed: ParsedPrompt, readFile: ReadFile): ParsedPrompt {
  const { prompt } = parsed;
  if (!prompt || typeof prompt.output.schema !== "string") return parsed;
  const at = { path: prompt.path, ...prompt.positions["output.schema"] };
  const read = readSchema(prompt.output.schema, at, readFile);
  if ("finding" in read) return { prompt, findings: [...parsed.findings, read.finding] };
  const contentDigest = withSchemaDigest(prompt.contentDigest, read.schema);
  return {
    prompt: { ...prompt, output: { ...prompt.output, schema: read.schema }, contentDigest },
    findings: parsed.findings,
  };
}

/** Datasets and schemas of a suite in place of their paths. */
export function loadSuite(
  path: string,
  { suite: file, yaml, findings: found }: ParsedSuite,
  readFile: ReadFile,
): { suite?: Suite; findings: Finding[] } {
  if (!file || !yaml) return { findings: found };
  const loaded = loadDatasets(path, file, yaml, readFile);
  const findings = [...found, ...loaded.findings];
  const files = [...loaded.files];
  const evaluators = file.evaluators.map((evaluator, index) => {
    const { schema } = evaluator.with;
    if (typeof schema !== "string") return evaluator;
    const read = readSchema(schema, { path, ...yaml.at(["evaluators", index, "with", "schema"]) }, readFile);
    if ("finding" in read) findings.push(read.finding);
    else files.push(read.path);
    return "finding" in read ? evaluator : { ...evaluator, with: { ...evaluator.with, schema: read.schema } };
  });
  const digests = datasetDigest(loaded.cases);
  const {
    description: _description,
    owners: _owners,
    metadata: _metadata,
    datasets: _datasets,
    ...rest
  } = { ...file, evaluators };
  const suite: Suite = {
    ...file,
    evaluators,
    path,
    cases: loaded.cases,
    origins: loaded.origins,
    files: [path, ...new Set(files)],
    datasetDigest: digests,
    digest: digestOf({ suite: rest, datasetDigest: digests }),
    positions: yaml.positions(4),
  };
  return { suite, findings };
}

/** Schemas are bound by their content, which no later look at the manifest has at hand. */
export function schemaDigestFindings({ release }: ParsedRelease, readFile: ReadFile): Finding[] {
  if (!release) return [];
  return release.schemas.flatMap(({ path: reference, digest }, index) => {
    const at = { path: release.path, ...release.positions[`schemas.${index}.path`] };
    const read = readSchema(reference, at, readFile);
    if ("finding" in read) return [read.finding];
    const place = { path: release.path, ...release.positions[`schemas.${index}.digest`] };
    const is = digestOf(read.schema);
    return is === digest ? [] : [staleDigest(place, read.path, is)];
  });
}

/** Who is woken by a release and finds nothing there has no runbook. Of a URL nothing is known. */
export function runbookFindings({ release }: ParsedRelease, exists: (path: string) => boolean): Finding[] {
  const { runbook } = release ?? {};
  if (!release || runbook === undefined || /^[a-z][a-z0-9+.-]*:/i.test(runbook)) return [];
  const [path = ""] = runbook.split("#", 1);
  const places = [resolveReference("", path), resolveReference(release.path, path)];
  if (places.some((place) => "path" in place && exists(place.path))) return [];
  const at = { path: release.path, ...release.positions.runbook };
  return [createFinding("release/unknown-runbook", at, `There is no \`${runbook.slice(0, 120)}\` in this repository.`)];
}

function readSchema(
  reference: string,
  at: { path: string; line?: number; column?: number },
  readFile: ReadFile,
): { schema: Record<string, unknown>; path: string } | { finding: Finding } {
  const resolved = resolveReference(at.path, reference, at);
  if ("finding" in resolved) return resolved;
  const file = readFile(resolved.path);
  if (isFinding(file)) return { finding: { ...file, ...at } };
  const read = readText(resolved.path, file, sizeLimits.text);
  if ("finding" in read) return read;
  try {
    const schema: unknown = JSON.parse(read.text);
    if (typeof schema === "object" && schema !== null && !Array.isArray(schema))
      return { schema: { ...schema }, path: resolved.path };
    return {
      finding: createFinding("json/syntax", { path: resolved.path }, `${resolved.path} is not a JSON Schema object.`),
    };
  } catch {
    return { finding: createFinding("json/syntax", { path: resolved.path }, `${resolved.path} is not JSON.`) };
  }
}
