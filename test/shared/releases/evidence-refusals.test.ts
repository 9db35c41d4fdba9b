import { expect, test } from "vitest";
import { evidenceRefusals } from "../../../src/shared/releases/promotion/evidence-refusals.ts";
import type { EvidenceRun, PromotionFacts } from "../../../src/shared/releases/promotion/promotion.ts";
import type { ReleaseTarget } from "../../../src/shared/repository/release-target.ts";
import { goodFacts } from "./facts.ts";

type Ran = EvidenceRun["ran"][number];

const good = await goodFacts();
const lent = await goodFacts((text) =>
  text.replace("contentFilter: strict }", "contentFilter: strict, evaluateOn: chat-try }"),
);
const promptDigest = good.release.prompts[0]?.digest ?? "";
const modelVersion = "2025-04-14";
const reasons = (facts: PromotionFacts, ran: Ran[]) =>
  evidenceRefusals({ ...facts, evidence: [{ runId: "run-1", verdict: "pass", ran }] }).map(({ reason }) => reason);
const unproven = (what: string) => [`No run that passed was made on ${what}.`];
const pair = unproven(
  `the prompt \`hello\` as it ships (${promptDigest.slice(0, 12)}) on \`chat--v3\` with gpt-4.1 2025-04-14`,
);

test("a prompt on another model and the model with another prompt do not make up for the two together", () => {
  const apart = [
    { promptDigest, deployment: "gpt-4o", modelVersion },
    { promptDigest: "e".repeat(64), deployment: "chat--v3", modelVersion },
  ];
  expect(reasons(good, apart)).toEqual(pair);
  expect(reasons(good, [...apart, { promptDigest, deployment: "chat--v3", modelVersion }])).toEqual([]);
  // What cannot come together is proven apart.
  const reaches = good.reaches.map((reach) => ({ ...reach, deployments: ["gpt-4o"] }));
  expect(reasons({ ...good, reaches }, apart)).toEqual([]);
});

test("every suite that has to run for a prompt has passed on it, in one run or in several", () => {
  const reaches = good.reaches.map((reach) => ({ ...reach, suites: ["tone", "facts", "safety"] }));
  const facts = { ...good, reaches };
  const by = (...suites: string[]) =>
    suites.map((suite) => ({ suite, promptDigest, deployment: "chat--v3", modelVersion }));
  expect(reasons(facts, by("tone", "facts", "safety", "more"))).toEqual([]);
  expect(reasons(facts, by("tone"))).toEqual([pair[0]?.replace(/\.$/, " by the suites `facts`, `safety`.")]);
  const elsewhere = { ...by("safety")[0], suite: "safety", deployment: "chat--v2", modelVersion };
  expect(reasons(facts, [...by("tone", "facts"), elsewhere])).toEqual([
    pair[0]?.replace(/\.$/, " by the suite `safety`."),
  ]);
  expect(reasons(facts, [])).toEqual(pair);
});

test("a prompt that served already needs no run on what serves already; a new one does", () => {
  const plan = { ...good.plan, steps: good.plan.steps.map((step) => ({ ...step, unchanged: true })) };
  const elsewhere = [{ promptDigest, deployment: "gpt-4o", modelVersion }];
  const base = good.base && { ...good.base, prompts: good.release.prompts };
  expect(reasons({ ...good, plan, ...(base ? { base } : {}) }, elsewhere)).toEqual([]);
  expect(reasons({ ...good, plan }, elsewhere)).toEqual(pair);
});

test("another model under the name of `evaluateOn` speaks for nothing, whatever its version", () => {
  const ran = (more: Partial<Ran>) => [{ promptDigest, deployment: "chat-try", modelVersion, ...more }];
  expect(reasons(lent, ran({}))).toEqual([]);
  expect(reasons(lent, ran({ modelName: "gpt-4.1", answeredBy: ["GPT-4.1-2025-04-14"] }))).toEqual([]);
  // A response may name the deployment alone, or the model without its version: nothing against it.
  expect(reasons(lent, ran({ answeredBy: ["chat-try", "gpt-4.1"] }))).toEqual([]);
  expect(reasons(lent, ran({ modelName: "gpt-4.1-mini" }))).toEqual(pair);
  expect(reasons(lent, ran({ modelName: "gpt-4.1", answeredBy: ["gpt-4.1-mini-2025-04-14"] }))).toEqual(pair);
  expect(reasons(lent, ran({ answeredBy: ["gpt-4.1-2025-04-14", "gpt-4.1-mini-2025-04-14"] }))).toEqual(pair);
});

test("an agent's version is proven by its prompt on the deployment that it calls", () => {
  const withAgent = (to: object): PromotionFacts => {
    const agent = { id: "a", kind: "agent", alias: "support", dependsOn: [], to } as unknown as ReleaseTarget;
    return { ...good, release: { ...good.release, prompts: [], targets: [agent] } };
  };
  const all = withAgent({ version: "8", prompt: "hello", deployment: "talk" });
  const what = unproven("the agent `support` in its version 8: its prompt `hello` on `talk`");
  expect(reasons(all, [{ promptDigest, deployment: "talk--v2", modelVersion }])).toEqual([]);
  expect(reasons(all, [{ promptDigest, deployment: "talk", modelVersion }])).toEqual([]);
  expect(reasons(all, [{ promptDigest, deployment: "chat--v3", modelVersion }])).toEqual(what);
  expect(reasons(all, [{ promptDigest: "e".repeat(64), deployment: "talk", modelVersion }])).toEqual(what);
  const anywhere = withAgent({ version: "8", prompt: "hello" });
  expect(reasons(anywhere, [{ promptDigest, deployment: "chat--v3", modelVersion }])).toEqual([]);
  const [refused] = evidenceRefusals(withAgent({ version: "8" }));
  expect(refused).toMatchObject({
    code: "evidenceOfOther",
    reason: "The agent `support` names no prompt, so that no run speaks for its version 8.",
    mend: expect.stringContaining("`prompt`"),
  });
});
