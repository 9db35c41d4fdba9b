import type { Block } from "./fit-blocks.ts";
import { code, details, inline, table } from "./markdown.ts";
import type { GateReport } from "./report.ts";
import type { Baseline } from "./schema.ts";
import { count, listed } from "./units.ts";

const mostRuns = 20;
const mostFiles = 20;

/** What reproduces a baseline: the models that answered, the datasets and the seed. */
export function baselineBlock({ baselines = [], figures }: GateReport): Block {
  const name = "what the baseline was made of";
  if (baselines.length === 0) return { name, texts: [] };
  const versionOf = ({ suite, prompt }: Baseline) =>
    figures.find((own) => own.suite === suite && own.prompt === prompt)?.modelVersion;
  const text = (runs: number, files: number) => {
    const shown = baselines.slice(0, runs);
    const more = baselines.length > runs ? [`… and ${count(baselines.length - runs, "more run")}`] : [];
    return details(
      `Recorded: model versions, dataset digests and seeds of ${count(baselines.length, "run")}`,
      [runTable(shown, versionOf), ...more, filesOf(shown, files)].filter(Boolean).join("\n\n"),
    );
  };
  return { name, texts: [text(mostRuns, mostFiles), text(mostRuns, 0), text(3, 0)] };
}

function runTable(baselines: readonly Baseline[], versionOf: (baseline: Baseline) => string | undefined): string {
  const rows = baselines.map((own) => {
    const version = versionOf(own);
    const models = Object.keys(own.answeredBy).map((model) => inline(model, 80));
    return [
      `${code(own.suite)} on ${code(own.prompt)}`,
      code(version === undefined ? own.deployment : `${own.deployment}@${version}`),
      models.length > 0 ? listed(models, 4) : "–",
      code(own.datasetDigest),
      own.seed === undefined ? "none" : String(own.seed),
      String(own.repeats),
    ];
  });
  return table(["", "asked", "answered by", "dataset digest", "seed", "repeats"], rows, "llllrr");
}

/** The files that the digests were made of, by git's names for their content. */
function filesOf(baselines: readonly Baseline[], most: number): string {
  const files = new Map(baselines.flatMap(({ lineage }) => Object.entries(lineage?.files ?? {})));
  if (files.size === 0 || most === 0) return "";
  const lines = [...files].slice(0, most).map(([path, sha]) => `- ${code(path)}: ${code(sha)}`);
  if (files.size > most) lines.push(`- … and ${count(files.size - most, "more file")}`);
  return `Read from:\n\n${lines.join("\n")}`;
}
