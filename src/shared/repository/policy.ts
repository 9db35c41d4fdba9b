import * as z from "zod";

/**
 * A glob over paths or names: `*` within a folder, `**` over folders, `?`, `[abc]`. Short and with few stars, because
 * each further star multiplies the time that a hostile pattern can take.
 */
export const Glob = z
  .string()
  .min(1)
  .max(200)
  .refine((glob) => (glob.match(/\*+/g) ?? []).length <= 6, "at most six stars")
  .refine((glob) => !/[(){}!]/.test(glob), "no braces, brackets of the form ( ), or exclamation marks");

/** Who has to say yes before something ships at a stage; the author's own yes never counts. */
function stageApprovals(count: number) {
  return z
    .object({
      count: z.int().min(0).max(10).default(count),
      /** Whose approvals count; default: everybody's who has the permission. */
      from: z
        .array(z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$/, "a login without `@`; teams are not looked up"))
        .min(1)
        .max(100)
        .optional(),
      permission: z.enum(["write", "maintain", "admin"]).default("write"),
    })
    .strict()
    .prefault({});
}

const globs = z.union([Glob.transform((glob) => [glob]), z.array(Glob).min(1)]);

/** `assay.yaml` at the root of the repository. A file with `schema` alone is a policy: everything has a default. */
export const Policy = z
  .object({
    schema: z.literal("assay/policy/v1"),
    /** `observe`: the gate says what it would have done and blocks nothing. */
    mode: z.enum(["observe", "enforce"]).default("enforce"),
    /** Suites (names or globs of names) that must run for prompts (globs of paths). */
    required: z.array(z.object({ prompts: globs.default(["prompts/**"]), suites: globs }).strict()).default([]),
    onInconclusive: z.enum(["neutral", "block"]).default("neutral"),
    approvals: z
      .object({
        /** The least permission of a person whose `/ok-to-test` counts. */
        okToTest: z.enum(["write", "maintain", "admin"]).default("write"),
        releases: z
          .object({ experiment: stageApprovals(0), staging: stageApprovals(0), prod: stageApprovals(1) })
          .strict()
          .prefault({}),
      })
      .strict()
      .prefault({}),
    caps: z
      .object({
        maxCostUsdPerRun: z.number().positive().optional(),
        maxCallsPerRun: z.int().positive().default(20_000),
        maxCostUsdPerDay: z.number().positive().optional(),
      })
      .strict()
      .prefault({}),
    comments: z.enum(["always", "failures", "never"]).default("always"),
    /** Segment dimensions (`language`) or single segments (`language=de`) on which a regression blocks. */
    blockingSegments: z.array(z.string().min(1)).default([]),
    /** Share of a deployment's rate limit that evals leave to production, from 0 to below 1. */
    productionShare: z.number().min(0).lt(1).default(0.5),
  })
  .strict();
export type Policy = z.infer<typeof Policy>;
