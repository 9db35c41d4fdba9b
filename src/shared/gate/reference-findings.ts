import { needsExpected } from "../evals/registry.ts";
import type { Suite } from "../repository/ai-repository.ts";
import { createFinding, type Finding } from "../repository/finding.ts";

/** Findings of one kind in one suite: more of the same help nobody. */
const mostOfAKind = 20;

/** Cases that a metric passes over for want of `expected`, in a suite where others have it: they may have been forgotten. */
export function referenceFindings(suite: Suite): Finding[] {
  const comparing = suite.evaluators.filter(needsExpected).map(({ name, uses }) => name ?? uses);
  const without = suite.cases.filter(({ expected }) => expected.length === 0);
  if (comparing.length === 0 || without.length === suite.cases.length) return [];
  const metrics = comparing.slice(0, 3).map((name) => `\`${name.slice(0, 80)}\``);
  const named = `${metrics.join(", ")}${comparing.length > 3 ? ` and ${comparing.length - 3} more` : ""}`;
  return without
    .slice(0, mostOfAKind)
    .map(({ id }) =>
      createFinding(
        "case/no-expected",
        suite.origins[id] ?? { path: suite.path, line: 1 },
        `Case \`${id}\` has no \`expected\`, which others of \`${suite.name}\` have: it counts for nothing in ${named}.`,
      ),
    );
}
