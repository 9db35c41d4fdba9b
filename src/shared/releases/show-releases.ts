import type { ShownRelease } from "../gate/shown-release.ts";
import { redact } from "../redaction/redact.ts";
import type { AiRepository } from "../repository/ai-repository.ts";
import { planRelease, type ReleasePlan } from "./plan-release.ts";
import { pointersOf, pointerText } from "./pointer-of.ts";

/** The plans of every manifest that a change adds, edits or removes; what is served before is what the base says. */
export function showReleases(base: AiRepository, head: AiRepository): ShownRelease[] {
  const names = new Set([...base.releases, ...head.releases].map(({ name }) => name));
  return [...names].sort().flatMap((name): ShownRelease[] => {
    const [before, after] = [base, head].map(({ releases }) => releases.find((release) => release.name === name));
    if (before?.digest === after?.digest) return [];
    if (after) return [shownPlan(planRelease(after, head, pointersOf(before, base)), before ? "changed" : "added")];
    if (!before) return [];
    const { path, stage } = before;
    return [{ ...{ name, path, stage, kind: "removed", commit: head.commit }, steps: [], problems: [] }];
  });
}

/** A plan in words; redacted, for it is stored and shown. */
function shownPlan(plan: ReleasePlan, kind: ShownRelease["kind"]): ShownRelease {
  const { name, path, stage, commit, digest } = plan;
  const shown = (text: string) => redact(text).text;
  return {
    ...{ name, path, stage, kind, commit, digest },
    steps: plan.steps.map(({ target, before, after, unchanged }) => ({
      ...{ id: target.id, kind: target.kind, alias: target.alias, after: target.dependsOn, unchanged },
      ...(before ? { before: shown(pointerText(before)) } : {}),
      to: shown(pointerText(after)),
    })),
    problems: plan.problems.map(({ message, fix, line }) => shown(`${path}:${line} ${message} ${fix}`)),
  };
}
