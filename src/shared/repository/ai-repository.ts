import type { Finding, Positions } from "./finding.ts";
import type { Labels } from "./label.ts";
import type { Policy } from "./policy.ts";
import type { Prompt } from "./prompt.ts";
import type { ReleaseManifest } from "./release.ts";
import type { Route } from "./route.ts";
import type { EvalCase, SuiteFile } from "./suite.ts";

/** A suite file with its datasets read. */
export interface Suite extends SuiteFile {
  path: string;
  /** The cases of all datasets, in the order of the files; `mustPass` of the suite is merged into them. */
  cases: EvalCase[];
  /** Where each case stands, by its id. */
  origins: Record<string, { path: string; line: number }>;
  /** The suite file and the files that it refers to. */
  files: string[];
  /** sha256 over all cases, independent of their order. */
  datasetDigest: string;
  /** sha256 of everything that decides a score: evaluators, thresholds, repeats, seed, cases. */
  digest: string;
  positions: Positions;
}

/** The AI repository at a commit. What could not be read is in `findings`, not in the lists. */
export interface AiRepository {
  commit: string;
  prompts: Prompt[];
  suites: Suite[];
  routes: Route[];
  releases: ReleaseManifest[];
  /** Absent where there is no `assay.yaml`, or where it is invalid (then `files` has it). */
  policy?: Policy;
  /** What people, and judges, say of samples: `labels/*.jsonl`. */
  labels: Labels;
  findings: Finding[];
  /** Blob SHA by path of every file that belongs to it: prompts, suites, datasets, schemas, routes, releases, Bicep, `assay.yaml`. */
  files: Map<string, string>;
}
