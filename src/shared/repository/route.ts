import * as z from "zod";
import type { Positions } from "./finding.ts";
import { PromptParameters } from "./prompt.ts";

/** What a budget says of its scope; a rule may route by it. */
export const BudgetState = z.enum(["ok", "warn", "soft", "hard"]);
export type BudgetState = z.infer<typeof BudgetState>;

/** Why a call on a target failed, as far as a fallback cares. */
export const ErrorClass = z.enum(["rateLimited", "timeout", "server", "contextLength", "contentFilter", "budget"]);
export type ErrorClass = z.infer<typeof ErrorClass>;

const routeName = z
  .string()
  .max(100)
  .regex(/^[a-z0-9][a-z0-9-]*$/, "lower-case letters, digits and hyphens");
const targetName = z
  .string()
  .max(64)
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, "letters, digits, dots, hyphens and underscores");
const zoneName = z
  .string()
  .max(64)
  .regex(/^[a-z][a-z0-9-]*$/, "lower-case letters, digits and hyphens");
/** A deployment's name at the model endpoint of the settings; never a URL. */
const deploymentName = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, "letters, digits, dots, hyphens and underscores");

/** More than spaces. */
const notBlank = (message: string) => z.string().regex(/\S/, message);

/** One of these, or none of these: `de`, `[de, fr]`, `{ in: [de] }`, `{ notIn: [de] }`. */
function oneOf<T extends z.ZodType<string>>(value: T) {
  const list = z.array(value).min(1).max(100);
  return z.union([
    value.transform((only): Condition => ({ in: [only] })),
    list.transform((some): Condition => ({ in: some })),
    z
      .object({ in: list.optional(), notIn: list.optional() })
      .strict()
      .refine((operators) => (operators.in === undefined) !== (operators.notIn === undefined), {
        message: "needs `in` or `notIn`, and not both",
        when: ({ issues }) => issues.length === 0,
      })
      .meta({ minProperties: 1, maxProperties: 1 })
      .transform((operators): Condition => (operators.in ? { in: operators.in } : { notIn: operators.notIn ?? [] })),
  ]);
}
const text = oneOf(z.string().min(1).max(200));

export type Condition = { in: string[] } | { notIn: string[] };

/** Which requests a rule is for: every condition that is written must hold. */
export const When = z
  .object({
    tenant: text.optional(),
    tier: text.optional(),
    feature: text.optional(),
    /** A language tag and what is below it: `de` is for `de-AT` too. Case does not count. */
    locale: text.optional(),
    /** The prompt's size in tokens: from `atLeast`, and `below` this many. */
    promptTokens: z
      .object({ atLeast: z.int().min(0).optional(), below: z.int().positive().optional() })
      .strict()
      .refine(({ atLeast, below }) => atLeast !== undefined || below !== undefined, {
        message: "needs `atLeast` or `below`",
        when: ({ issues }) => issues.length === 0,
      })
      .meta({ minProperties: 1 })
      .optional(),
    budgetState: oneOf(BudgetState).optional(),
  })
  .strict()
  .refine((when) => Object.keys(when).length > 0, {
    message: "needs a condition; what holds for every request is the `default`",
    when: ({ issues }) => issues.length === 0,
  })
  .meta({ minProperties: 1 });
export type When = z.infer<typeof When>;

/** A share of a rule's traffic. */
const WeightedTarget = z.object({ target: targetName, weight: z.int().min(0).max(1_000_000) }).strict();
export type WeightedTarget = z.infer<typeof WeightedTarget>;

/** Where a rule's requests go: `mini`, or weighted targets with a canary in front of them. */
export const RoutePick = z.union([
  targetName.transform((target) => ({
    targets: [{ target, weight: 1 }],
    sticky: "conversation" as const,
    canary: undefined,
  })),
  z
    .object({
      targets: z.array(WeightedTarget).min(1).max(20),
      /** What keeps its target for as long as the rule stands: a conversation, a tenant, or nothing (each request anew). */
      sticky: z.enum(["conversation", "tenant", "none"]).default("conversation"),
      canary: z
        .object({
          target: targetName,
          percent: z.number().min(0).max(100),
          /** Rules with one salt draw the same conversations; another salt draws others. */
          salt: z
            .string()
            .regex(/^[A-Za-z0-9._-]{1,64}$/, "letters, digits, dots, hyphens and underscores, at most 64"),
        })
        .strict()
        .optional(),
    })
    .strict(),
]);
export type RoutePick = z.infer<typeof RoutePick>;

/** Tried in this order after an error of one of these classes. */
const Fallback = z.object({ target: targetName, on: z.array(ErrorClass).min(1) }).strict();
export type Fallback = z.infer<typeof Fallback>;

/** Nothing is called: every request gets this answer, and `pick` says where it goes again once this is taken out. */
const off = z
  .object({ answer: notBlank("say what is answered").trim().max(500) })
  .strict()
  .optional();

const fallbacks = z.array(Fallback).max(20).default([]);
/** Data zones that every target must lie in. */
const dataZones = z.array(zoneName).min(1).max(20).optional();

const owner = notBlank("say whose it is").max(200);

export const RouteRule = z
  .object({
    id: z
      .string()
      .max(100)
      .regex(/^[a-z0-9][a-z0-9-]*$/, "lower-case letters, digits and hyphens")
      .refine((id) => id !== "default", "`default` is the name of what holds where no rule matches")
      .meta({ not: { const: "default" } }),
    when: When,
    pick: RoutePick,
    off,
    fallback: fallbacks,
    dataZones,
    owner,
    rationale: z
      .string()
      .regex(/\S[\s\S]{8,}\S/, "say in a sentence why the rule is there")
      .max(2_000),
    /** Ids of the eval runs that speak for it. */
    evidence: z.array(notBlank("name an eval run").max(200)).max(50),
    /** The UTC day from which on somebody has to look at it again; it keeps routing. */
    expires: z.iso.date(),
  })
  .strict();
export type RouteRule = z.infer<typeof RouteRule>;

export const RouteTarget = z
  .object({
    deployment: deploymentName,
    model: z.string().min(1).max(100),
    version: z
      .string()
      .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, "letters, digits, dots, hyphens and underscores; dates in quotes"),
    /** Each one wins over the prompt's own of that name. */
    parameters: PromptParameters.default({}),
    /** Tokens of a call, prompt and answer together. */
    contextWindow: z.int().positive(),
    region: zoneName.optional(),
    dataZone: zoneName.optional(),
  })
  .strict();
export type RouteTarget = z.infer<typeof RouteTarget>;

/** `routing/**\/*.yaml`: a route. The first rule that matches decides, or else `default`. */
export const RouteFile = z
  .object({
    schema: z.literal("assay/routes/v1"),
    /** The file's name without `.yaml`; unique in the repository. */
    name: routeName,
    description: z.string().optional(),
    owner,
    dataZones,
    targets: z
      .record(targetName, RouteTarget)
      .refine((targets) => {
        const { length } = Object.keys(targets);
        return length > 0 && length <= 100;
      }, "from 1 to 100 targets")
      .meta({ minProperties: 1, maxProperties: 100 }),
    rules: z.array(RouteRule).max(100).default([]),
    default: z.object({ pick: RoutePick, off, fallback: fallbacks, dataZones }).strict(),
    metadata: z.record(z.string(), z.unknown()).default({}),
  })
  .strict();
export type RouteFile = z.infer<typeof RouteFile>;

/** A route file, read. */
export interface Route extends RouteFile {
  path: string;
  /** sha256 of the whole document, without how it is laid out. */
  digest: string;
  /** Where its keys stand in the file. */
  positions: Positions;
}
