import type { Suite } from "./ai-repository.ts";
import { createFinding, type Finding } from "./finding.ts";

export interface KnownEvaluators {
  evaluatorIds: readonly string[];
  /** Those whose score is from 0 to 1, and whose threshold so must be too. */
  fractionIds?: readonly string[];
}

/** A suite's metrics and the names that it uses for its own cases. */
export function lintSuite(suite: Suite, { evaluatorIds, fractionIds = [] }: KnownEvaluators): Finding[] {
  const findings: Finding[] = [];
  const place = (key: string) => ({ path: suite.path, ...(suite.positions[key] ?? {}) });
  const names = new Set<string>();
  for (const [index, { name, uses, threshold, margin, passAt }] of suite.evaluators.entries()) {
    const at = place(`evaluators.${index}`);
    if (!evaluatorIds.includes(uses)) {
      const near = nearest(uses, evaluatorIds);
      const fix = near ? `Write \`uses: ${near}\`.` : undefined;
      findings.push(
        createFinding(
          "suite/unknown-evaluator",
          place(`evaluators.${index}.uses`),
          `There is no evaluator \`${uses.slice(0, 120)}\`.`,
          fix,
        ),
      );
    }
    const metric = name ?? uses;
    if (names.has(metric))
      findings.push(createFinding("suite/duplicate-metric", at, `Two metrics are named \`${metric.slice(0, 120)}\`.`));
    names.add(metric);
    if (!fractionIds.includes(uses)) continue;
    for (const [key, value] of Object.entries({ threshold, margin, passAt })) {
      if (typeof value !== "number" || (value >= 0 && value <= 1)) continue;
      const message = `\`${key}: ${value}\` of \`${metric.slice(0, 120)}\` is not between 0 and 1.`;
      findings.push(createFinding("suite/threshold-range", place(`evaluators.${index}.${key}`), message));
    }
  }
  const primaries = suite.evaluators.filter(({ primary }) => primary).length;
  if (suite.evaluators.length > 1 && primaries !== 1) {
    findings.push(
      createFinding("suite/primary", place("evaluators"), `The suite has ${primaries} primary metrics; it needs one.`),
    );
  }
  const ids = new Set(suite.cases.map(({ id }) => id));
  for (const [index, id] of suite.mustPass.entries()) {
    if (ids.has(id)) continue;
    findings.push(
      createFinding(
        "suite/unknown-must-pass",
        place(`mustPass.${index}`),
        `No case has the id \`${id.slice(0, 120)}\`.`,
      ),
    );
  }
  const dimensions = new Set(suite.cases.flatMap(({ segments }) => Object.keys(segments)));
  for (const [index, dimension] of suite.segmentBy.entries()) {
    if (dimensions.has(dimension)) continue;
    findings.push(
      createFinding(
        "suite/unknown-segment",
        place(`segmentBy.${index}`),
        `No case has the segment \`${dimension.slice(0, 120)}\`.`,
      ),
    );
  }
  return findings;
}

/** The known id that shares the longest beginning, of three characters at least. */
function nearest(given: string, ids: readonly string[]): string | undefined {
  const shared = (id: string) => {
    let length = 0;
    while (length < id.length && id[length] === given[length]) length += 1;
    return length;
  };
  const [best] = ids.toSorted((a, b) => shared(b) - shared(a) || a.length - b.length);
  return best !== undefined && shared(best) >= 3 ? best : undefined;
}
