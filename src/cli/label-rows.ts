import { readdirSync } from "node:fs";
import path from "node:path";
import { sampleDigest } from "../shared/evals/calibration/sample-digest.ts";
import { sampleKey } from "../shared/evals/shard.ts";
import type { Suite } from "../shared/repository/ai-repository.ts";
import type { LocalServices } from "../shared/services/local-services.ts";
import { keptRuns, readRun, stateFolder } from "./run-store.ts";
import { UsageError } from "./usage-error.ts";

/** A sample for a person to label: `label` is to be filled in. */
export interface LabelRow {
  sample: string;
  label: null;
  case: string;
  output: string;
}

/** The answers of the suite's latest kept run, each once, without those that have a label. */
export async function labelRows(
  root: string,
  suite: Suite,
  labelled: ReadonlySet<string>,
  { files, samples }: Pick<LocalServices, "files" | "samples">,
): Promise<LabelRow[]> {
  for (const id of keptRuns(root).reverse()) {
    const record = await readRun(root, id, files);
    if (record.suite !== suite.name) continue;
    const wanted = new Set(record.samples);
    const cases = new Map(suite.cases.map((item) => [item.id, item]));
    const rows = new Map<string, LabelRow>();
    const found = readdirSync(path.join(root, stateFolder, record.samplesFolder), {
      recursive: true,
      encoding: "utf8",
    });
    for (const file of found.filter((name) => name.endsWith(".jsonl")).sort()) {
      const place = `${record.samplesFolder}/${file.replaceAll("\\", "/")}`;
      for (const sample of (await samples.read(place)).values()) {
        const item = cases.get(sample.caseId);
        if (!item || !wanted.has(sampleKey(sample))) continue;
        const digest = sampleDigest(item, sample);
        const row = { sample: digest, label: null, case: item.id, output: sample.output };
        if (!labelled.has(digest)) rows.set(digest, row);
      }
    }
    return [...rows.values()];
  }
  throw new UsageError(`No run of \`${suite.name}\` is kept.`, `Run it first: \`assay eval ${suite.name}\`.`);
}
