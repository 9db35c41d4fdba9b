import type { Planned } from "../gate/build-plan.ts";
import { withLocalPaths } from "../gate/local-paths.ts";
import type { Plan } from "../gate/plan.ts";
import { planPair } from "../gate/plan-pair.ts";
import type { AiRepository } from "../repository/ai-repository.ts";
import { promptsOf, refersTo } from "../repository/coverage.ts";
import { Policy } from "../repository/policy.ts";
import type { PromptParameters } from "../repository/prompt.ts";
import type { ReleaseManifest } from "../repository/release.ts";
import type { ModelVersion } from "./target-port.ts";

/** A deployment, or an agent's version, that was made for a release and serves nobody yet. */
export interface SmokeSubject {
  /** What stands for it in requests: a deployment's name, or `agent:version`. */
  deployment: string;
  /** Not known of an agent. */
  model?: ModelVersion;
  /** The one prompt that an agent was made of. */
  prompt?: string | undefined;
  parameters: PromptParameters;
}

export type PlannedSmoke = Planned | { problem: string };

const defaultPolicy = Policy.parse({ schema: "assay/policy/v1" });

/** The first cases of the declared suites, their prompts sent to each new deployment; floors count, for there is no base. */
export function planSmoke(
  repository: AiRepository,
  { smoke, prompts: bound, name }: ReleaseManifest,
  subjects: readonly SmokeSubject[],
  { releaseId, commit }: { releaseId: string; commit: string },
): PlannedSmoke {
  const policy = repository.policy ?? defaultPolicy;
  const { maxCallsPerRun: maxCalls } = policy.caps;
  const pairs = (smoke?.suites ?? []).flatMap((reference) =>
    repository.suites
      .filter((suite) => refersTo(reference, suite))
      .flatMap((suite) => {
        const covered = promptsOf(repository, suite);
        const shipped = covered.filter((prompt) => bound.some((own) => own.name === prompt.name));
        // A release of a model alone binds no prompt: whoever the suite covers will meet it.
        const usual = shipped.length > 0 ? shipped : covered;
        return subjects.flatMap((subject) => {
          const own = subject.prompt === undefined ? usual : covered.filter(({ name: one }) => one === subject.prompt);
          return own.map((prompt) => ({ suite, prompt, subject }));
        });
      }),
  );
  if (pairs.length === 0)
    return { problem: `the smoke suites of ${name} cover no prompt; name one under \`prompts\` of a suite` };
  const planned = pairs.map(({ suite, prompt, subject }, index) => {
    const { deployment, model, parameters } = subject;
    const sent = {
      ...prompt,
      model: model ? { deployment, version: model.version, name: model.name } : { deployment },
      // As the gate has it, and the client: what the deployment is called with wins.
      parameters: { ...prompt.parameters, ...parameters },
    };
    const first = { ...suite, cases: suite.cases.slice(0, smoke?.cases), repeats: 1 };
    const pair = {
      ...{ suiteName: suite.name, promptName: prompt.name, subject: `${prompt.name}@${deployment}`, advisory: false },
      base: {},
      head: { suite: first, prompt: sent },
    };
    return planPair(pair, { commits: { base: undefined, head: commit }, gateId: releaseId, index, maxCalls });
  });
  const { caps, productionShare } = policy;
  const limits = {
    productionShare,
    ...(caps.maxCostUsdPerRun === undefined ? {} : { maxCostUsdPerRun: caps.maxCostUsdPerRun }),
    ...(caps.maxCostUsdPerDay === undefined ? {} : { maxCostUsdPerDay: caps.maxCostUsdPerDay }),
  };
  const shards = planned.flatMap((one) => one.shards.map((shard) => ({ ...shard, limits })));
  const plan: Plan = {
    ...{ gateId: releaseId, mode: "enforce", onInconclusive: "neutral", comments: "never", policyFrom: "head" },
    ...{ blockingSegments: [], edits: [], overBudget: [], findings: [], diffs: [], routeDiffs: [], releases: [] },
    runs: planned.flatMap(({ runs }) => runs),
    comparisons: planned.flatMap(({ comparisons }) => comparisons),
  };
  // Samples of its own: what an earlier run of the same name said is not what stands there now.
  return withLocalPaths({ plan, shards }, `releases/${releaseId}/smoke`);
}
