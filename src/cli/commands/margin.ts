import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { readCases, suiteComparison } from "../../shared/gate/judge.ts";
import { setMargins } from "../../shared/gate/set-margins.ts";
import { readRepository } from "../../shared/repository/read-repository.ts";
import { createLocalServices } from "../../shared/services/local-services.ts";
import { findRoot, openCheckout, workingTree } from "../checkout.ts";
import { defineCommand } from "../command.ts";
import { endpointOptions, readEndpoint } from "../endpoint.ts";
import { suiteOf } from "../find-suite.ts";
import { askModel, cacheFolder, onlySuite, planRun } from "../plan-suite.ts";
import { localReader, runPlanned } from "../run-planned.ts";
import { createRunId, openState } from "../run-store.ts";
import { UsageError } from "../usage-error.ts";

export const margin = defineCommand({
  usage: ["margin SUITE --endpoint URL [--model M] [--dry-run]"],
  about:
    "Turns `margin: auto` into a number. Runs the suite on its prompt twice, so that everything that differs is noise, and writes for each metric the smallest margin at which a change that changes nothing passes, with a sentence on what the suite can see. Samples that are kept are not paid again.",
  positionals: 1,
  options: {
    ...endpointOptions,
    "dry-run": { type: "boolean", description: "say the margins and leave the file as it is" },
  },
  examples: ["assay margin support-regression --endpoint http://127.0.0.1:11434/v1"],
  async run(given, terminal) {
    const [asked] = given.positionals;
    if (asked === undefined) throw new UsageError("`assay margin` needs a suite.", "Name its file or its name.");
    const endpoint = readEndpoint(given, terminal);
    const checkout = openCheckout(findRoot(path.dirname(path.resolve(terminal.cwd, asked))));
    const repository = await readRepository(checkout.reader, workingTree);
    const suite = suiteOf(repository, checkout.root, asked, terminal);
    if (!suite.evaluators.some((evaluator) => evaluator.margin === "auto"))
      throw new UsageError(
        `No metric of ${suite.path} has \`margin: auto\`.`,
        "Write it where a margin is to be set, and run this again.",
      );
    const { repeats } = suite;
    const twice = { ...suite, repeats: 2 * repeats };
    const at = new Date();
    const head = onlySuite(askModel(repository, given.text("model")), twice, suite.cases);
    const [prompt] = head.prompts;
    const { gate, planned } = planRun(
      createRunId(at),
      suite.name,
      at,
      { head: { ...head, prompts: head.prompts.slice(0, 1) } },
      cacheFolder(endpoint.url),
    );
    const services = await createLocalServices(openState(checkout.root), endpoint, terminal.env);
    const { run } = await runPlanned({ gate, planned, part: false, subject: suite.name }, services, endpoint, terminal);
    const [failure] = run.report.failures;
    const [comparison] = planned.plan.comparisons;
    if (failure !== undefined || !comparison)
      throw new UsageError(
        `The run is not complete: ${failure ?? "nothing was run"}.`,
        "Run this again; what was made is kept.",
      );
    const drawn = await readCases(comparison, localReader(services.samples), 2 * repeats);
    const cases = drawn.map(({ planned: item, head: samples }) => ({
      ...{ planned: item, unchanged: false, base: samples.slice(0, repeats), head: samples.slice(repeats) },
    }));
    const file = path.join(checkout.root, suite.path);
    const written = setMargins(
      { path: suite.path, text: readFileSync(file, "utf8"), evaluators: suite.evaluators },
      suiteComparison(comparison, cases, planned.plan),
      { cases: suite.cases.length, repeats },
    );
    if (!given.flag("dry-run")) writeFileSync(file, written.text);
    for (const { metric, margin: value, sentence } of written.margins)
      await terminal.print(`${metric}: margin ${value} (${sentence})\n`);
    await terminal.print(
      `${given.flag("dry-run") ? "Not written to" : "Written to"} ${suite.path}, from ${prompt?.name} against itself.\n`,
    );
    return 0;
  },
});
