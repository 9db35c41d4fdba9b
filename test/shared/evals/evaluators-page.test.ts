import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { evaluatorIds } from "../../../src/shared/evals/registry.ts";

test("docs/evaluators.md names every evaluator", () => {
  const page = readFileSync(join(import.meta.dirname, "../../../docs/evaluators.md"), "utf8");
  // Families are written once: the forms with `not-` and `i`, the dialects, and ROUGE's numbers.
  const base = (id: string) =>
    id
      .replace(/^not-(?=[^-])/, "")
      .replace(/^i(?=contains|starts-with|ends-with)/, "")
      .replace(/@.*$/, "")
      .replace(/^rouge.*$/, "rouge1");
  const absent = evaluatorIds().filter((id) => !page.includes(`\`${base(id)}`));
  expect(absent).toEqual([]);
});
