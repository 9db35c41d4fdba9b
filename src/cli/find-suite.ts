import path from "node:path";
import { blockingFindings, lintWhole } from "../shared/gate/findings.ts";
import type { AiRepository, Suite } from "../shared/repository/ai-repository.ts";
import type { Checkout } from "./checkout.ts";
import { nearestName } from "./nearest-name.ts";
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
  const errors = blockingFindings(lintWhole(repository)).filter(({ path: at }) =>
    suite ? suite.files.includes(at) : at === file || at === asked,
  );
  if (errors.length > 0)
    throw new UsageError(
      errors
        .slice(0, 10)
        .map(({ path: at, line, column, message, fix }) => `${at}:${line}:${column} ${message} ${fix}`)
        .join("\n"),
      "Mend the suite first; `assay lint` shows all findings.",
    );
  if (suite) return suite;
  const names = repository.suites.map(({ name }) => name);
  const near = nearestName(asked, names);
  throw new UsageError(
    `There is no suite \`${asked}\` in ${root}.`,
    near ? `Did you mean \`${near}\`?` : `Suites here: ${names.join(", ") || "none; `assay init` writes a first one"}.`,
  );
}
