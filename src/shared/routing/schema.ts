import * as z from "zod";
import { BudgetState } from "../repository/route.ts";

const wholeNumber = "must be a whole number, 0 or more";
const text = z.string().min(1).max(500);

/** What is known of a request when its target is chosen. What is absent is not known, and fulfils no condition. */
export const RouteContext = z
  .object({
    tenant: text.optional(),
    tier: text.optional(),
    feature: text.optional(),
    /** A language tag, e.g. `de-AT`. */
    locale: text.optional(),
    promptTokens: z.int(wholeNumber).min(0, wholeNumber).optional(),
    budgetState: BudgetState.optional(),
    conversationId: text.optional(),
    requestId: text.optional(),
  })
  .strict();
export type RouteContext = z.infer<typeof RouteContext>;
