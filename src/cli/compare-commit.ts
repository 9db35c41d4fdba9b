import path from "node:path";
import { changedConfiguration } from "../shared/gate/changed-configuration.ts";
import { readSides } from "../shared/gate/read-sides.ts";
import type { GateReport } from "../shared/gate/report.ts";
import { configurationLines } from "../shared/gate/reports/configuration-text.ts";
import { exitCodeOf } from "../shared/gate/reports/exit-code.ts";
import { createMemoryBlobCache } from "../shared/repository/repository-reader.ts";
import { createLocalServices } from "../shared/services/local-services.ts";
import { findRoot, openCheckout, workingTree } from "./checkout.ts";
import type { CommandArguments, ExitCode } from "./command.ts";
import { readEndpoint } from "./endpoint.ts";
import { refuseErrors } from "./find-suite.ts";
import { askModel, cacheFolder, planRun } from "./plan-suite.ts";
import { readReportOptions, writeReports } from "./report-options.ts";
import { runPlanned } from "./run-planned.ts";
import { createRunId, openState } from "./run-store.ts";
import type { Terminal } from "./terminal.ts";
import { UsageError } from "./usage-error.ts";

/** The working tree against a commit: what the gate would say of a pull request that holds what lies here. */
export async function compareCommit(name: string, given: CommandArguments, terminal: Terminal): Promise<ExitCode> {
  const targets = readReportOptions(given, terminal);
  const checkout = openCheckout(findRoot(terminal.cwd));
  const baseSha = await checkout.resolve(name);
  const at = new Date();
  const runId = createRunId(at);
  const cache = createMemoryBlobCache();
  const sides = await readSides(
    { headSha: workingTree, baseSha, repositoryId: 0 },
    { reader: checkout.reader, pulls: { mergeBase: checkout.mergeBase } },
    { blobCache: () => cache },
  );
  if (!sides) return nothingToDo(`Nothing of the AI repository differs from ${name}.`, given, terminal);
  const model = given.text("model");
  const { base } = sides;
  const asked = { ...sides, head: askModel(sides.head, model), ...(base ? { base: askModel(base, model) } : {}) };
  // Before the endpoint is asked for: what cannot be read or has nothing to run needs none.
  const draft = planRun(runId, path.basename(checkout.root), at, asked, "");
  refuseErrors(draft.planned.plan.findings);
  const [over] = draft.planned.plan.overBudget;
  if (over) throw new UsageError(`Nothing was called: ${over}.`, "Raise the limit, or make the suite smaller.");
  if (draft.planned.plan.runs.length === 0)
    return nothingToDo(
      `No prompt or suite differs from ${name}.`,
      given,
      terminal,
      changedConfiguration(draft.planned.plan),
    );
  const endpoint = readEndpoint(given, terminal);
  const folder = given.flag("no-cache") ? `runs/${runId}` : cacheFolder(endpoint.url);
  const { gate, planned } = planRun(runId, path.basename(checkout.root), at, asked, folder);
  const services = await createLocalServices(openState(checkout.root), endpoint, terminal.env);
  const subject = `${name} (${baseSha.slice(0, 10)}) against the working tree`;
  const { run } = await runPlanned({ gate, planned, part: false, subject }, services, endpoint, terminal);
  await writeReports(run, targets, terminal);
  return exitCodeOf(run.report.verdict.verdict);
}

/** Nothing is called; what the change does to routes and releases is told all the same. */
async function nothingToDo(
  line: string,
  given: CommandArguments,
  terminal: Terminal,
  changed: Pick<GateReport, "routes" | "releases"> = {},
): Promise<ExitCode> {
  const text = [line, ...configurationLines(changed)].join("\n");
  await terminal.print(`${given.flag("json") ? JSON.stringify({ verdict: "pass", line, ...changed }) : text}\n`);
  return 0;
}
