import * as z from "zod";
import { RecordedDecision } from "../shared/routing/recorded-decision.ts";
import { askAssay } from "./ask-assay.ts";
import type { Terminal } from "./terminal.ts";
import { UsageError } from "./usage-error.ts";

const Answer = z.object({
  share: z.number(),
  decisions: z.array(RecordedDecision.omit({ contextDigest: true }).extend({ explanation: z.array(z.string()) })),
});
type Answer = z.infer<typeof Answer>;

/** What is recorded of a request. @throws UsageError where nothing is, with why that may be */
export async function explainRequest(
  request: string,
  repository: string | undefined,
  terminal: Terminal,
): Promise<Answer["decisions"]> {
  const answer = Answer.safeParse(await askAssay("decisions", { request, repository }, terminal));
  if (!answer.success)
    throw new UsageError("The app's answer is not one of this version.", "Use the same version of both.");
  const { share, decisions } = answer.data;
  if (decisions.length > 0) return decisions;
  const why =
    share < 1
      ? `It was sampled away, as far as anyone can tell: ${Math.round(share * 1000) / 10} % of the decisions are recorded (ASSAY_DECISION_SHARE).`
      : "Every decision that the app hears of is recorded, so nobody told it of this one in this month or the two before.";
  throw new UsageError(
    `No decision is recorded for \`${request}\`. ${why}`,
    "`assay route explain NAME` with --tenant, --tier … says how such a request goes now.",
  );
}
