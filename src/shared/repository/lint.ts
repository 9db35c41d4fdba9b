import type { AiRepository } from "./ai-repository.ts";
import { type Finding, sortFindings } from "./finding.ts";
import { lintCases } from "./lint-cases.ts";
import { lintCoverage } from "./lint-coverage.ts";
import { lintNames } from "./lint-names.ts";
import { lintReleases } from "./lint-releases.ts";
import { lintRoutes } from "./lint-routes.ts";
import { type KnownEvaluators, lintSuite } from "./lint-suite.ts";

export { lintChange } from "./lint-change.ts";

/** Every finding of a repository: those of reading its files, and those of its files together. */
export function lint(repository: AiRepository, known: KnownEvaluators): Finding[] {
  return sortFindings([
    ...repository.findings,
    ...lintNames(repository),
    ...lintCoverage(repository),
    ...lintRoutes(repository),
    ...lintReleases(repository),
    ...repository.suites.flatMap((suite) => lintSuite(suite, known)),
    ...repository.suites.flatMap((suite) => lintCases(repository, suite)),
  ]);
}
