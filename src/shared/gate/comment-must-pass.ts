import type { MustPassFailure, SuiteVerdict } from "./comparison.ts";
import { mustPassHeadline } from "./headline.ts";
import { code } from "./markdown.ts";
import type { GateReport, JudgedComparison } from "./report.ts";
import { count } from "./units.ts";
import { decidingComparisons } from "./verdict-line.ts";

const mostCases = 10;

/** Cases that must pass and do not: in all, what is left to say of them, and the case that the first line names. */
export interface MustPassNaming {
  left: MustPassFailure[];
  inFirstLine: string | undefined;
}

/** Who names which failing case: the comment's first line, else the first table of its suite and prompt; each once. */
export function nameMustPass(
  report: Pick<GateReport, "comparisons" | "verdict">,
  ranked: readonly JudgedComparison[],
): Map<JudgedComparison, MustPassNaming> {
  const [deciding] = decidingComparisons(report);
  const first = deciding && mustPassHeadline(deciding.verdict);
  const keyOf = ({ suite, prompt }: JudgedComparison, { caseId, metric }: MustPassFailure) =>
    JSON.stringify([suite, prompt, caseId, metric]);
  const said = new Set(deciding && first ? [keyOf(deciding, first)] : []);
  return new Map(
    ranked.map((own) => {
      const left = failuresOf(own.verdict).filter((failure) => !said.has(keyOf(own, failure)));
      for (const failure of left) said.add(keyOf(own, failure));
      const samePair = own.suite === deciding?.suite && own.prompt === deciding.prompt;
      return [own, { left, inFirstLine: samePair ? first?.caseId : undefined }];
    }),
  );
}

function failuresOf({ metrics }: SuiteVerdict): MustPassFailure[] {
  return metrics.filter(({ judged }) => judged).flatMap(({ mustPassFailures }) => mustPassFailures);
}

/** A line a case, with every metric that it has to pass. */
export function mustPassNotes({ left, inFirstLine }: MustPassNaming): string[] {
  const byCase = [...Map.groupBy(left, ({ caseId }) => caseId)];
  const lines = byCase.slice(0, mostCases).map(([caseId, failures]) => {
    const who = caseId === inFirstLine ? "the first line's case" : `case ${code(caseId)}`;
    const passed = failures.map(({ metric, passed, repeats, baseFails }) => {
      const before = baseFails ? " (the base fails it too)" : "";
      return `${code(metric, 60)} in ${passed} of ${count(repeats, "repeat")}${before}`;
    });
    return `must pass: ${who} passed ${passed.join(", ")}`;
  });
  if (byCase.length > mostCases) lines.push(`… and ${byCase.length - mostCases} more cases that must pass`);
  return lines;
}
