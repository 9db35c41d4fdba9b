import path from "node:path";
import { setFlagsFromString } from "node:v8";
import { estimateText, type RunEstimate } from "../../shared/evals/estimate-run.ts";
import type { RunReport } from "../../shared/gate/reports/run-report.ts";
import { readRepositoryFromTree } from "../../shared/repository/read-repository.ts";
import type { TreeEntry } from "../../shared/repository/repository-reader.ts";
import { workingTree } from "../checkout.ts";
import type { SuiteRequest } from "../eval-suite.ts";
import { refuseErrors, suiteOf } from "../find-suite.ts";
import { askModel, cacheFolder, onlySuite, planRun } from "../plan-suite.ts";
import { createRunId, filesOf, keepRun } from "../run-store.ts";
import type { Terminal } from "../terminal.ts";
import { readLargeCases, refuseSecrets } from "./large-cases.ts";
import { type LargeSuite, withFirstRows } from "./large-datasets.ts";
import { onlyPrompt, planLarge, refuseTooMany, runLarge } from "./run-large.ts";

/** What a few rows are told about their number says nothing about all of them. */
const ofFewRows = /^suite\/(?:margin-unreachable|few-cases|small)/;

/** `assay eval` of a suite that has more cases than are held at a time: nothing of it but an index is in memory. */
export async function evalLarge(
  request: SuiteRequest,
  large: LargeSuite,
  tree: readonly TreeEntry[],
  terminal: Terminal,
): Promise<RunReport | { estimate: RunEstimate; sentence: string }> {
  const { checkout, endpoint, model, services } = request;
  const { root } = checkout;
  // Else the heap doubles before it is looked through: half a gigabyte for an index of 50 MB.
  setFlagsFromString("--heap-growing-percent=20");
  setFlagsFromString("--max-semi-space-size=4");
  setFlagsFromString("--semi-space-growth-factor=1");
  const cut = await withFirstRows(large, tree, checkout.reader, root, services.lines);
  const repository = await readRepositoryFromTree(cut.tree, cut.reader, { commit: workingTree });
  for (const file of repository.files.keys()) request.read.add(file);
  const suite = suiteOf(repository, root, request.asked, terminal);
  const head = onlySuite(askModel(repository, model), { ...suite, mustPass: [] }, suite.cases);
  const at = new Date();
  const runId = createRunId(at);
  const folder = request.cache ? cacheFolder(endpoint.url) : `runs/${runId}`;
  const { gate, planned: first } = planRun(runId, path.basename(root), at, { head }, folder);
  const findings = first.plan.findings.filter(({ code }) => !ofFewRows.test(code));
  const planned = { ...first, plan: { ...first.plan, findings } };
  refuseErrors(findings);
  await refuseSecrets(large, root, services.lines);
  const prompt = onlyPrompt(head.prompts, root);
  const mustPass = new Set(suite.mustPass);
  const subject = `${suite.name} on ${prompt.name} (${prompt.model?.deployment})`;
  const cases = () => readLargeCases(large, mustPass, root, services.lines);
  const run = { gate, planned, prompt, subject, cases };
  const plan = await planLarge(run, services, endpoint);
  const { estimate, count } = plan;
  refuseTooMany(count * suite.repeats, [
    { limit: suite.budget.maxCalls, of: `budget.maxCalls of ${suite.path}` },
    { limit: repository.policy?.caps.maxCallsPerRun ?? 20_000, of: "caps.maxCallsPerRun of assay.yaml" },
  ]);
  if (request.estimate) return { estimate, sentence: estimateText(estimate) };
  const done = await runLarge(run, plan, services, endpoint, terminal);
  // Its samples are kept for the next run; what was asked is too much to be listed for `reproduce`.
  done.notes.push(`samples are kept in .assay/${folder}; a run of ${count} cases keeps no list for \`reproduce\``);
  await keepRun(
    {
      ...{ schema: "assay/run/v1" as const, runId, startedAt: at.toISOString() },
      ...{ endpoint: endpoint.url, suite: suite.name },
      ...(model === undefined ? {} : { model }),
      files: filesOf(tree, repository.files).filter(({ path: file }) => !large.datasets.includes(file)),
      ...{ samplesFolder: folder, samples: [], unanswered: [], streamed: count },
      verdict: done.report.verdict.verdict,
      failing: [...new Set(done.failing.map(({ caseId }) => caseId))],
    },
    done,
    checkout.reader.blob,
    services.files,
  );
  return done;
}
