import { createHash } from "node:crypto";
import path from "node:path";
import { maxRows } from "../../shared/repository/dataset-rows.ts";
import { parseSuite } from "../../shared/repository/parse-suite.ts";
import { resolveReference } from "../../shared/repository/reference-path.ts";
import type { RepositoryReader, TreeEntry } from "../../shared/repository/repository-reader.ts";
import type { LocalServices } from "../../shared/services/local-services.ts";

/** A suite of this checkout with more cases than are held at a time; its datasets are read line by line. */
export interface LargeSuite {
  suitePath: string;
  name: string;
  /** Datasets in the order of the suite; the first lines of each stand for it where its suite is planned. */
  datasets: string[];
}

/** Rows that stand for a dataset where everything but its cases is read. */
const sampleRows = 20;

/** The suite at this path where its JSONL datasets hold more rows than are read at once. */
export async function findLargeSuite(
  suitePath: string,
  bytes: Uint8Array,
  root: string,
  lines: LocalServices["lines"],
): Promise<LargeSuite | undefined> {
  const { suite } = parseSuite(suitePath, bytes);
  const paths = suite?.datasets.map((dataset) => ("path" in dataset ? resolved(suitePath, dataset.path) : undefined));
  if (!suite || !paths?.length) return undefined;
  const datasets = paths.filter((own) => own !== undefined && /\.(?:jsonl|ndjson)$/i.test(own));
  // Datasets of other kinds are read whole, and so is what stands beside them.
  if (datasets.length < paths.length) return undefined;
  let rows = 0;
  for (const dataset of datasets)
    for await (const line of lines(path.join(root, dataset ?? ""))) if (line.trim() !== "" && ++rows > maxRows) break;
  return rows > maxRows ? { suitePath, name: suite.name, datasets: datasets.flatMap((own) => own ?? []) } : undefined;
}

function resolved(from: string, reference: string): string | undefined {
  const found = resolveReference(from, reference);
  return "path" in found ? found.path : undefined;
}

/** The tree and reader with each dataset cut to its first rows. */
export function withFirstRows(
  large: LargeSuite,
  tree: readonly TreeEntry[],
  reader: RepositoryReader,
  root: string,
  lines: LocalServices["lines"],
): Promise<RepositoryFiles> {
  return withDatasets(large, { tree, reader }, async (dataset) => {
    const first: string[] = [];
    for await (const line of lines(path.join(root, dataset))) {
      first.push(line);
      if (first.length >= sampleRows) break;
    }
    return first;
  });
}

/** What a repository is read from. */
export interface RepositoryFiles {
  tree: readonly TreeEntry[];
  reader: RepositoryReader;
}

/** The tree and reader with other lines in place of each dataset. */
export async function withDatasets(
  { datasets }: LargeSuite,
  { tree, reader }: RepositoryFiles,
  linesOf: (dataset: string) => Promise<string[]>,
): Promise<RepositoryFiles> {
  const cut = new Map<string, { entry: TreeEntry; bytes: Buffer }>();
  for (const entry of tree.filter(({ path: own }) => datasets.includes(own))) {
    const bytes = Buffer.from(`${(await linesOf(entry.path)).join("\n")}\n`);
    const sha = createHash("sha1").update(`blob ${bytes.length}\0`).update(bytes).digest("hex");
    cut.set(entry.path, { entry: { ...entry, sha, size: bytes.length }, bytes });
  }
  const bySha = new Map([...cut.values()].map(({ entry, bytes }) => [entry.sha, bytes]));
  return {
    tree: tree.map((entry) => cut.get(entry.path)?.entry ?? entry),
    reader: { ...reader, blob: async (sha) => bySha.get(sha) ?? reader.blob(sha) },
  };
}
