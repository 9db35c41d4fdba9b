import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decidePromotion } from "../../../src/shared/releases/promotion/decide-promotion.ts";
import type { PromotionFacts, RefusalCode } from "../../../src/shared/releases/promotion/promotion.ts";
import { newContents, shippedContents } from "../../../src/shared/releases/shipped-contents.ts";
import { Policy } from "../../../src/shared/repository/policy.ts";
import { goodFacts } from "./facts.ts";
import { readManifest } from "./manifests.ts";

const good = await goodFacts();
const refusals = (facts: PromotionFacts) => {
  const decided = decidePromotion(facts);
  return decided.decision === "promote" ? [] : decided.refusals;
};
const codes = (facts: PromotionFacts) => [...new Set(refusals(facts).map(({ code }) => code))];
const [reach] = good.reaches;
if (!reach) throw new Error("no prompt");
const { prompt } = reach;
const withSafety = (safety: Partial<typeof prompt.safety>) => ({
  ...good,
  reaches: [{ ...reach, prompt: { ...prompt, safety: { ...prompt.safety, ...safety } } }],
});
const withRelease = (release: Partial<PromotionFacts["release"]>) => ({
  ...good,
  release: { ...good.release, ...release },
});
const withVerdict = (verdict: "regressed" | "inconclusive" | "notEvaluated") => ({
  ...good,
  evidence: good.evidence.map((run) => ({ ...run, verdict })),
});
const by = (login: string, more = {}) => [
  { by: login, commit: good.plan.commit, permission: "write" as const, ...more },
];

test("what nothing speaks against is promoted", () => {
  expect(decidePromotion(good)).toEqual({ decision: "promote" });
});

/** Each spoils one thing, and leaves the others as they are. */
const defects: [string, RefusalCode, (facts: PromotionFacts) => PromotionFacts][] = [
  ["edited", "editedSincePlan", (facts) => ({ ...facts, approved: { ...facts.approved, digest: "f".repeat(64) } })],
  ["runbook", "noRunbook", ({ release: { runbook: _, ...release }, ...facts }) => ({ ...facts, release })],
  ["owner", "noOwner", (facts) => ({ ...facts, release: { ...facts.release, owner: " " } })],
  [
    "watch",
    "noWatchRules",
    (facts) => ({ ...facts, release: { ...facts.release, watch: { ...facts.release.watch, rules: [] } } }),
  ],
  [
    "quarantine",
    "quarantined",
    (facts) => ({ ...facts, quarantined: new Map([[facts.release.prompts[0]?.digest ?? "", "rolled back"]]) }),
  ],
  ["evidence", "noEvidence", (facts) => ({ ...facts, evidence: [] })],
  ["way back", "noWayBack", (facts) => ({ ...facts, waysBack: [] })],
  ["approvals", "approvalsMissing", (facts) => ({ ...facts, approvals: [] })],
  ["standby", "standbyTooSmall", (facts) => ({ ...facts, standby: new Map([["chat", { capacity: 59, peak: 50 }]]) })],
];

test("every reason is told at once, with its mend, whatever else speaks against it", () => {
  fc.assert(
    fc.property(fc.subarray(defects, { minLength: 1 }), (chosen) => {
      const spoiled = chosen.reduce((facts, [, , spoil]) => spoil(facts), good);
      const found = refusals(spoiled);
      // A prompt that no run was made on is told beside the run that is not there.
      expect(new Set(found.map(({ code }) => code).filter((code) => code !== "evidenceOfOther"))).toEqual(
        new Set(chosen.map(([, code]) => code)),
      );
      for (const { reason, mend } of found) expect([reason.length > 10, mend.length > 3]).toEqual([true, true]);
    }),
  );
});

test("bad input: a release edited while it is promoted is not what was approved", async () => {
  const edited = await goodFacts((text) => text.replace("capacity: 50", "capacity: 60"));
  expect(codes({ ...edited, approved: good.approved })).toEqual(["editedSincePlan"]);
});

describe("evidence", () => {
  test("only a pass counts, of the prompts and models that ship", () => {
    for (const verdict of ["regressed", "inconclusive", "notEvaluated"] as const)
      expect(codes(withVerdict(verdict)), verdict).toContain("evidenceNotPassed");
    const ran = (own: object) => ({
      ...good,
      evidence: good.evidence.map((run) => ({ ...run, ran: run.ran.map((one) => ({ ...one, ...own })) })),
    });
    expect(codes(ran({ promptDigest: "e".repeat(64) }))).toEqual(["evidenceOfOther"]);
    expect(codes(ran({ deployment: "chat--v2" }))).toEqual(["evidenceOfOther"]);
    expect(codes(ran({ modelVersion: "2024-08-06" }))).toEqual(["evidenceOfOther"]);
    expect(codes(withRelease({ evidence: { runs: [] } }))).toEqual(["noEvidence"]);
    expect(codes(withRelease({ evidence: { runs: ["run-1", "run-2"] } }))).toEqual(["noEvidence"]);
  });

  test("no mixture of verdicts promotes what a run that did not pass is named for", () => {
    const verdict = fc.constantFrom(
      "pass" as const,
      "regressed" as const,
      "inconclusive" as const,
      "notEvaluated" as const,
    );
    fc.assert(
      fc.property(fc.array(verdict, { minLength: 1, maxLength: 5 }), (verdicts) => {
        const [first] = good.evidence;
        const evidence = verdicts.map((own, index) => ({ ran: first?.ran ?? [], runId: `r${index}`, verdict: own }));
        const facts = { ...withRelease({ evidence: { runs: evidence.map(({ runId }) => runId) } }), evidence };
        expect(refusals(facts).length === 0).toBe(verdicts.every((own) => own === "pass"));
      }),
    );
  });
});

describe("the way back", () => {
  const way = { releaseId: "r1", verified: true, quarantined: false, ready: "yes" as const };
  test("is a verified release that is not in quarantine and can serve now", () => {
    for (const own of [
      { verified: false },
      { quarantined: true },
      { ready: "no" as const },
      { ready: "unknown" as const },
    ])
      expect(codes({ ...good, waysBack: [{ ...way, ...own }] })).toEqual(["noWayBack"]);
    const [unknown] = refusals({ ...good, waysBack: [{ ...way, ready: "unknown" }] });
    expect(unknown?.reason).toMatch(/^No evidence/);
    expect(
      codes({
        ...good,
        waysBack: [
          { ...way, ready: "no" },
          { ...way, releaseId: "r0" },
        ],
      }),
    ).toEqual([]);
  });

  test("is not said to have been none where all of them are in quarantine", () => {
    const [held] = refusals({ ...good, waysBack: [{ ...way, quarantined: true, ready: "no" }] });
    expect(held?.reason).toBe("Every verified release before it is in quarantine: r1.");
    expect(refusals({ ...good, waysBack: [] })[0]?.reason).toMatch(/^No verified release came before it/);
  });

  test("of a first release is what its manifest declares", () => {
    expect(codes({ ...withRelease({ firstWayBack: { kind: "disable" } }), waysBack: [] })).toEqual([]);
    expect(codes({ ...withRelease({ firstWayBack: { kind: "served" } }), waysBack: [] })).toEqual([]);
    const plan = { ...good.plan, steps: good.plan.steps.map(({ before: _, ...step }) => step) };
    expect(codes({ ...withRelease({ firstWayBack: { kind: "served" } }), waysBack: [], plan })).toEqual(["noWayBack"]);
    // What was declared for the beginning is none where a verified release cannot serve.
    const broken = {
      ...withRelease({ firstWayBack: { kind: "disable" } }),
      waysBack: [{ ...way, ready: "no" as const }],
    };
    expect(codes(broken)).toEqual(["noWayBack"]);
  });
});

describe("approvals", () => {
  test("of the author, of another commit, of too little permission or of nobody who was asked do not count", () => {
    expect(codes({ ...good, approvals: by("Ada") })).toEqual(["authorApproves", "approvalsMissing"]);
    expect(codes({ ...good, approvals: by("grace", { commit: "d".repeat(40) }) })).toEqual(["approvalsMissing"]);
    expect(codes({ ...good, approvals: by("grace", { permission: "triage" }) })).toEqual(["approvalsMissing"]);
    expect(codes({ ...good, approvals: [...by("grace"), ...by("ada")] })).toEqual([]);
    const { approvals } = good.policy;
    const prod = { count: 1, permission: "write" as const, from: ["linus"] };
    const policy = { ...good.policy, approvals: { ...approvals, releases: { ...approvals.releases, prod } } };
    expect(codes({ ...good, policy })).toEqual(["approvalsMissing"]);
    expect(codes({ ...good, policy, approvals: by("Linus") })).toEqual([]);
  });

  test("what the default branch's policy asks for by now counts beside the base's", () => {
    const policyOf = (prod: object) => Policy.parse({ schema: "assay/policy/v1", approvals: { releases: { prod } } });
    expect(codes({ ...good, policyNow: policyOf({ count: 2 }) })).toEqual(["approvalsMissing"]);
    expect(codes({ ...good, policyNow: policyOf({ permission: "admin" }) })).toEqual(["approvalsMissing"]);
    expect(codes({ ...good, policyNow: policyOf({ from: ["linus"] }) })).toEqual(["approvalsMissing"]);
    expect(codes({ ...good, policyNow: policyOf({ from: ["Grace"] }) })).toEqual([]);
    expect(codes({ ...good, policyNow: policyOf({ count: 0 }), approvals: [] })).toEqual(["approvalsMissing"]);
  });

  test("who can still approve is told where to; without a pull request nobody can", () => {
    const mendOf = (facts: PromotionFacts) => {
      const decided = decidePromotion(facts);
      return decided.decision === "refuse" ? decided.refusals.map(({ mend }) => mend) : [];
    };
    const head = { ...good.approved, commit: "d".repeat(40) };
    expect(mendOf({ ...good, approvals: [], approved: head })).toEqual([
      "Let somebody else with write permission approve dddddddddd in its pull request, and run `assay / release` again.",
    ]);
    expect(mendOf({ ...good, approvals: [] })[0]).toMatch(/^It came by no pull request/);
  });

  test("a manifest can ask for more than the policy, and not for fewer; one person counts once", () => {
    expect(codes(withRelease({ approvals: { prod: 2 } }))).toEqual(["approvalsMissing"]);
    const twice = { ...withRelease({ approvals: { prod: 2 } }), approvals: [...by("grace"), ...by("Grace")] };
    expect(codes(twice)).toEqual(["approvalsMissing"]);
    expect(codes({ ...withRelease({ approvals: { prod: 0 } }), approvals: [] })).toEqual(["approvalsMissing"]);
    expect(codes({ ...withRelease({ stage: "staging" }), approvals: [] })).toEqual([]);
  });
});

describe("the content filter", () => {
  const release = async (from: string, to: string) => {
    const facts = await goodFacts((text) => text.replaceAll(from, to));
    return { ...facts, evidence: good.evidence };
  };
  test("has to be there, and no weaker than the base's", async () => {
    expect(codes(await release(", contentFilter: strict }", " }"))).toEqual(["noContentFilter"]);
    expect(codes(await release("contentFilter: strict", "contentFilter: lax"))).toEqual([]);
    expect(codes(await release("contentFilter: strict }", "contentFilter: lax }"))).toEqual(["weakerContentFilter"]);
    const weaker = [
      ["blocklists: [brands]", "blocklists: []"],
      ["groundedness: required", "groundedness: advisory"],
      ["blocklists: [brands]", "blocklists: [brands], promptShields: false"],
      ["blocklists: [brands]", "blocklists: [brands], severity: { hate: high }"],
      ["blocklists: [brands]", "blocklists: [brands], pii: allow"],
    ] as const;
    for (const [from, to] of weaker) expect(codes(await release(from, to)), to).toEqual(["weakerContentFilter"]);
    expect(codes(await release("blocklists: [brands]", "blocklists: [brands, more], severity: { hate: low }"))).toEqual(
      [],
    );
    const { safetyPolicy: _, ...without } = good.release;
    expect(codes({ ...good, release: without })).toEqual(["weakerContentFilter"]);
  });

  test("is what the prompts ask for", () => {
    expect(codes(withSafety({ contentFilter: "strict", blocklists: ["brands"], groundedness: "required" }))).toEqual(
      [],
    );
    expect(codes(withSafety({ contentFilter: "stricter" }))).toEqual(["weakerContentFilter"]);
    expect(codes(withSafety({ blocklists: ["names"] }))).toEqual(["weakerContentFilter"]);
    expect(codes(withSafety({ pii: "block" }))).toEqual(["weakerContentFilter"]);
    const { safetyPolicy: _, ...release } = good.release;
    const { base: __, ...first } = withSafety({ groundedness: "required" });
    expect(codes({ ...first, release })).toEqual(["weakerContentFilter"]);
  });
});

describe("the standby", () => {
  const standby = (capacity: number | undefined, peak: number | undefined) => ({
    ...good,
    standby: new Map([
      ["chat", { ...(capacity === undefined ? {} : { capacity }), ...(peak === undefined ? {} : { peak }) }],
    ]),
  });
  test("holds the observed peak and a fifth more, to the unit", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100_000 }), fc.integer({ min: 1, max: 200_000 }), (peak, capacity) => {
        expect(codes(standby(capacity, peak))).toEqual(
          BigInt(capacity) * 5n >= BigInt(peak) * 6n ? [] : ["standbyTooSmall"],
        );
      }),
    );
  });

  test("no evidence where no peak is known, unless its owner vouches for one", () => {
    expect(refusals(standby(1000, undefined))[0]).toMatchObject({
      code: "standbyUnknown",
      reason: expect.stringMatching(/^No evidence/),
    });
    expect(codes(standby(undefined, 50))).toEqual(["standbyUnknown"]);
    const vouched = { standby: { kind: "hot" as const, hours: 24, expectedPeak: 50 } };
    expect(codes({ ...standby(60, undefined), ...withReleaseOnly(vouched) })).toEqual([]);
    expect(codes({ ...standby(59, undefined), ...withReleaseOnly(vouched) })).toEqual(["standbyTooSmall"]);
    const declared = { standby: { kind: "hot" as const, hours: 24, capacity: 60 } };
    expect(codes({ ...standby(undefined, 50), ...withReleaseOnly(declared) })).toEqual([]);
    const none = { standby: { kind: "none" as const, hours: 24 } };
    expect(codes({ ...standby(100, 50), ...withReleaseOnly(none) })).toEqual(["standbyTooSmall"]);
  });

  test("a capacity that a manifest declares carries nothing that the deployment does not", () => {
    for (const kind of ["hot", "shared"] as const) {
      const declared = withReleaseOnly({ standby: { kind, hours: 24, capacity: 60 } });
      expect(refusals({ ...standby(10, 50), ...declared })).toMatchObject([
        {
          ...{ code: "standbyTooSmall", reason: expect.stringContaining("with a capacity of 10") },
          mend: expect.stringMatching(/^Give `chat--v2`, which stands by, a capacity of 60/),
        },
      ]);
      expect(codes({ ...standby(60, 50), ...withReleaseOnly({ standby: { kind, hours: 24, capacity: 10 } }) })).toEqual(
        [],
      );
    }
  });

  function withReleaseOnly(release: Partial<PromotionFacts["release"]>): Pick<PromotionFacts, "release"> {
    return { release: { ...good.release, ...release } };
  }
});

test("quarantine holds what shipped under whatever name or number it comes again", async () => {
  const [again, other] = await Promise.all([
    goodFacts((text) => text.replaceAll("chat--v3", "chat--v9").replace("owner: ada", "owner: ben")),
    goodFacts((text) => text.replaceAll("2025-04-14", "2025-09-01")),
  ]);
  const all = shippedContents(good.release).at(-1)?.digest ?? "";
  const quarantined = new Map([[all, "errors"]]);
  expect(codes({ ...again, evidence: [], quarantined })).toContain("quarantined");
  expect(codes({ ...other, evidence: [], quarantined })).not.toContain("quarantined");
  // What the release before shipped as well is left alone: it is the way back.
  const { release: bare } = await readManifest("");
  expect(newContents(good.release, bare).map(({ what }) => what)).toEqual([
    "prompt hello",
    "model of chat",
    "all of it",
  ]);
  expect(newContents(good.release, good.base).map(({ what }) => what)).toEqual(["prompt hello", "all of it"]);
});
