import * as z from "zod";
import type { Positions } from "./finding.ts";
import { contentDigest, ReleaseTarget } from "./release-target.ts";
import { SafetyPolicy } from "./safety-policy.ts";
import { WatchRules } from "./watch-rules.ts";

export const ReleaseStage = z.enum(["experiment", "staging", "prod"]);
export type ReleaseStage = z.infer<typeof ReleaseStage>;

const bound = z.object({ name: z.string().min(1).max(100), digest: contentDigest }).strict();
const some = 200;

/** What stays ready behind the flip. */
const Standby = z
  .object({
    /** `hot` keeps the previous version with its capacity; `shared` a deployment of it without reserved capacity; `none` nothing. */
    kind: z.enum(["hot", "shared", "none"]).default("hot"),
    hours: z.int().min(1).max(720).default(24),
    /** Of the previous version, as its SKU counts: counts where what it has cannot be read. */
    capacity: z.int().positive().optional(),
    /** The peak that its owner vouches for, in the same unit: counts where none was observed. */
    expectedPeak: z.int().positive().optional(),
  })
  .strict();

/** `releases/**\/*.yaml`: everything that ships together, bound by digest. */
export const Release = z
  .object({
    schema: z.literal("assay/release/v1"),
    /** The file's name without `.yaml`; unique in the repository. */
    name: z
      .string()
      .max(100)
      .regex(/^[a-z0-9][a-z0-9-]*$/, "lower-case letters, digits and hyphens"),
    description: z.string().optional(),
    owner: z.string().trim().min(1).max(200),
    /** A URL or a path of this repository: what somebody does who is woken by it. */
    runbook: z.string().trim().min(1).max(500).optional(),
    stage: ReleaseStage,
    targets: z.array(ReleaseTarget).min(1).max(50),
    prompts: z.array(bound).max(some).default([]),
    routes: z.array(bound).max(some).default([]),
    /** Schemas of tools and outputs, as files of this repository; the digest is of their canonical JSON. */
    schemas: z
      .array(z.object({ path: z.string().min(1).max(500), digest: contentDigest }).strict())
      .max(some)
      .default([]),
    retrieval: z
      .object({ index: z.string().min(1).max(200), version: z.string().min(1).max(100) })
      .strict()
      .optional(),
    safetyPolicy: SafetyPolicy.optional(),
    /** Ids of the eval runs that speak for it. */
    evidence: z
      .object({ runs: z.array(z.string().min(1).max(200)).max(some).default([]) })
      .strict()
      .prefault({}),
    /** Suites of which the first cases run against the new version itself before the flip. */
    smoke: z
      .object({ suites: z.array(z.string().min(1).max(200)).max(20), cases: z.int().min(1).max(200).default(20) })
      .strict()
      .optional(),
    /** More approvals than the policy asks for at a stage; fewer are not heeded. */
    approvals: z.partialRecord(ReleaseStage, z.int().min(0).max(10)).default({}),
    watch: WatchRules.prefault({}),
    standby: Standby.prefault({}),
    /** Where no verified release came before it: what a rollback does instead. */
    firstWayBack: z
      .discriminatedUnion("kind", [
        z.object({ kind: z.literal("disable") }).strict(),
        /** What serves already, and no release brought: its owner vouches for it. */
        z.object({ kind: z.literal("served") }).strict(),
        z.object({ kind: z.literal("answer"), answer: z.string().trim().min(1).max(500) }).strict(),
      ])
      .optional(),
    /** All targets or none: one that cannot be flipped takes the others back. */
    atomic: z.boolean().default(false),
    metadata: z.record(z.string(), z.unknown()).default({}),
  })
  .strict();
export type Release = z.infer<typeof Release>;

/** A release's manifest, read. */
export interface ReleaseManifest extends Release {
  path: string;
  /** sha256 of the whole document, without how it is laid out. */
  digest: string;
  /** Where its keys stand in the file. */
  positions: Positions;
}
