import * as z from "zod";

/** From which severity on a category is filtered: `low` filters most, `off` nothing. */
export const FilterSeverity = z.enum(["low", "medium", "high", "off"]);
export type FilterSeverity = z.infer<typeof FilterSeverity>;

export const filterCategories = ["hate", "sexual", "violence", "selfHarm"] as const;

/** What a content filter's name stands for, so that two of them can be compared. */
export const SafetyPolicy = z
  .object({
    /** `raiPolicyName` of the deployments. */
    contentFilter: z.string().min(1).max(100),
    severity: z
      .object({
        hate: FilterSeverity.default("medium"),
        sexual: FilterSeverity.default("medium"),
        violence: FilterSeverity.default("medium"),
        selfHarm: FilterSeverity.default("medium"),
      })
      .strict()
      .prefault({}),
    /** Attacks on the prompt, by the user or in what is retrieved. */
    promptShields: z.boolean().default(true),
    blocklists: z.array(z.string().min(1).max(100)).max(50).default([]),
    groundedness: z.enum(["required", "advisory", "off"]).default("off"),
    pii: z.enum(["redact", "block", "allow"]).default("redact"),
  })
  .strict();
export type SafetyPolicy = z.infer<typeof SafetyPolicy>;
