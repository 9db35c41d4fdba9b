import * as z from "zod";
import { ModelReference } from "../../repository/prompt.ts";
import type { AskedModel } from "../scoring-models.ts";

/** Options that every judge has. */
export const judgeOptions = {
  /** The judge: DEPLOYMENT or DEPLOYMENT@VERSION at the model endpoint of the settings; never a URL. */
  judge: ModelReference,
  /** Sent as `seed` with every question, plus the sample's repeat. */
  seed: z.int().min(0).default(1),
  maxOutputTokens: z.int().min(50).max(4000).default(400),
};

export const JudgeModel = z.object(judgeOptions).strict();
export type JudgeModel = z.infer<typeof JudgeModel>;

/** What a metric's digest pins of its judge besides the options. */
export function askedJudge({ judge }: Pick<JudgeModel, "judge">, promptDigest: string): AskedModel {
  const [deployment = "", version] = judge.split("@");
  return { kind: "judge", deployment, promptDigest, ...(version === undefined ? {} : { version }) };
}
