import path from "node:path";
import { blockingFindings, lintWhole } from "../shared/gate/findings.ts";
import { nearestName } from "../shared/gate/nearest-name.ts";
import type { AiRepository, Suite } from "../shared/repository/ai-repository.ts";
import type { Finding } from "../shared/repository/finding.ts";
import type { Checkout } from "./checkout.ts";
import { readWorkingTree } from "./read-working-tree.ts";
import type { Terminal } from "./terminal.ts";
import { UsageError } from "./usage-error.ts";

/** The suite of a checkout by its file or its name. @throws UsageError that says why it cannot be run */
export async function findSuite(checkout: Checkout, asked: string, terminal: Terminal): Promise<Suite> {
  return suiteOf(await readWorkingTree(checkout), checkout.root, asked, terminal);
}

export function suiteOf(repository: AiRepository, root: string, asked: string, { cwd }: Terminal): Suite {
  const file = path.relative(root, path.resolve(cwd, asked)).replaceAll("\\", "/");
  const suite = repository.suites.find(({ name, path: own }) => own === file || own === asked || name === asked);
  if (suite) return suite;
  // A suite that cannot be read is not among the suites; its findings say why.
  refuseErrors(lintWhole(repository).filter(({ path: at }) => at === file || at === asked));
  const names = repository.suites.map(({ name }) => name);
  const near = nearestName(asked, names);
  throw new UsageError(
    `There is no suite \`${asked}\` in ${root}.`,
    near ? `Did you mean \`${near}\`?` : `Suites here: ${names.join(", ") || "none; `assay init` writes a first one"}.`,
  );
}

/** @throws UsageError with every error among the findings: what cannot be read cannot be judged, and nothing is spent on it */
export function refuseErrors(findings: readonly Finding[]): void {
  const errors = blockingFindings(findings);
  if (errors.length === 0) return;
  const said = errors
    .slice(0, 10)
    .map(({ path: at, line, column, message, fix }) => `${at}:${line}:${column} ${message} ${fix}`);
  throw new UsageError(said.join("\n"), "Mend the files first; `assay lint` shows all findings.");
}
