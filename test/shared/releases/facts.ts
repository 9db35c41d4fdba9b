import { planRelease } from "../../../src/shared/releases/plan-release.ts";
import { pointersOf } from "../../../src/shared/releases/pointer-of.ts";
import type { PromotionFacts } from "../../../src/shared/releases/promotion/promotion.ts";
import { promptReaches } from "../../../src/shared/releases/prompt-reach.ts";
import { Policy } from "../../../src/shared/repository/policy.ts";
import { helloPrompt } from "../repository/memory-repository.ts";
import { deployment, manifest, readManifest, watch } from "./manifests.ts";

const more =
  "safetyPolicy: { contentFilter: strict, blocklists: [brands], groundedness: required }\nevidence: { runs: [run-1] }\n";

/** The prompt runs on what the release moves. */
const files = { "prompts/hello.prompt.md": helloPrompt.replace("gpt-4.1@2025-04-14", "chat") };

/** A release of `chat--v3` over `chat--v2` that nothing speaks against. */
export async function goodFacts(change: (text: string) => string = (text) => text): Promise<PromotionFacts> {
  const before = await readManifest(manifest({ more }), files);
  const digest = before.repository.prompts[0]?.contentDigest ?? "";
  const after = await readManifest(change(manifest({ digest, targets: deployment(3), more, rest: watch })), files);
  if (!before.release || !after.release) throw new Error(JSON.stringify(after.repository.findings));
  const plan = planRelease(after.release, after.repository, pointersOf(before.release, before.repository));
  return {
    release: after.release,
    plan,
    approved: { digest: plan.digest, commit: plan.commit },
    policy: Policy.parse({ schema: "assay/policy/v1" }),
    base: before.release,
    prompts: after.repository.prompts,
    reaches: promptReaches(after.release, after.repository),
    filters: new Map(),
    quarantined: new Map(),
    evidence: [
      {
        runId: "run-1",
        verdict: "pass",
        ran: [{ promptDigest: digest, deployment: "chat--v3", modelVersion: "2025-04-14" }],
      },
    ],
    waysBack: [{ releaseId: "r1", verified: true, quarantined: false, ready: "yes" }],
    authors: ["ada"],
    approvals: [{ by: "grace", commit: plan.commit, permission: "write" }],
    standby: new Map([["chat", { capacity: 60, peak: 50 }]]),
  };
}
