import path from "node:path";
import { exitCodeOf } from "../../shared/gate/reports/exit-code.ts";
import { createLocalServices } from "../../shared/services/local-services.ts";
import { findRoot, openCheckout } from "../checkout.ts";
import { type CommandArguments, defineCommand, type ExitCode } from "../command.ts";
import { endpointOptions, readEndpoint } from "../endpoint.ts";
import { runSuite, type SuiteRequest } from "../eval-suite.ts";
import { readReportOptions, reportOptions, writeReports } from "../report-options.ts";
import { openState } from "../run-store.ts";
import type { Terminal } from "../terminal.ts";
import { UsageError } from "../usage-error.ts";

export const evalSuite = defineCommand({
  usage: ["eval SUITE --endpoint URL [--model M] [options]"],
  about:
    "Runs a suite of this checkout (its file or its name) on the prompts that it covers, as they lie here, and holds the scores against the suite's floors. Samples are kept in .assay/ by everything that matters, the repeat included: what was asked before is not paid again, and a run that was killed goes on where it was. A part of a suite (--case, --filter, --failing) has to pass case by case instead.",
  positionals: 1,
  options: {
    ...endpointOptions,
    "no-cache": { type: "boolean", description: "make every call anew; this run's samples are kept apart" },
    estimate: { type: "boolean", description: "say calls, cached calls, cost and minutes, and make no call" },
    case: { type: "string", value: "ID", multiple: true, description: "only this case; may be given more than once" },
    filter: {
      type: "string",
      value: "FILTER",
      multiple: true,
      description: "only cases that match: a glob of ids, a tag, or dimension=value",
    },
    failing: { type: "boolean", description: "only cases that did not pass in the latest kept run of the suite" },
    watch: {
      type: "boolean",
      short: "w",
      description: "run again whenever a file of the checkout changes, until Ctrl-C",
    },
    ...reportOptions,
  },
  examples: [
    "assay eval support-regression --endpoint http://127.0.0.1:11434/v1 --model llama3.2",
    "assay eval evals/support/support-regression.yaml --case refund-7 --no-cache",
    "assay eval support-regression --estimate --json",
  ],
  async run(given, terminal) {
    const [asked] = given.positionals;
    if (asked === undefined)
      throw new UsageError(
        "`assay eval` needs a suite.",
        "Name its file or its name, e.g. `assay eval evals/support.yaml`.",
      );
    const targets = readReportOptions(given, terminal);
    const request = await readRequest(asked, given, terminal);
    const once = async (): Promise<ExitCode> => {
      const run = await runSuite(request, terminal);
      if ("estimate" in run) {
        await terminal.print(given.flag("json") ? `${JSON.stringify(run.estimate)}\n` : `${run.sentence}\n`);
        return 0;
      }
      await writeReports(run, targets, terminal);
      return exitCodeOf(run.report.verdict.verdict);
    };
    if (!given.flag("watch")) return once();
    const { watchFiles } = await import("../watch-files.ts");
    return watchFiles(request.checkout.root, request.read, once, terminal);
  },
});

async function readRequest(asked: string, given: CommandArguments, terminal: Terminal): Promise<SuiteRequest> {
  const checkout = openCheckout(findRoot(path.dirname(path.resolve(terminal.cwd, asked))));
  const estimate = given.flag("estimate");
  // An estimate calls nobody.
  const endpoint =
    estimate && !given.text("endpoint") && !terminal.env.ASSAY_MODEL_URL
      ? { url: "http://127.0.0.1", key: "", timeoutMs: 1000, concurrency: 20 }
      : readEndpoint(given, terminal);
  const model = given.text("model");
  return {
    checkout,
    asked,
    endpoint,
    ...(model === undefined ? {} : { model }),
    ids: given.texts("case"),
    filters: given.texts("filter"),
    failing: given.flag("failing"),
    cache: !given.flag("no-cache"),
    estimate,
    read: new Set(),
    services: await createLocalServices(openState(checkout.root), endpoint, terminal.env),
  };
}
