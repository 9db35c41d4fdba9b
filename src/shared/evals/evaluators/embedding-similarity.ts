import * as z from "zod";
import { digestOf } from "../../repository/digest.ts";
import { ModelReference } from "../../repository/prompt.ts";
import { defineEvaluator, type Score } from "../evaluator.ts";
import type { ScoringModels } from "../scoring-models.ts";

const Options = z
  .object({
    /** The embeddings' DEPLOYMENT or DEPLOYMENT@VERSION at the model endpoint of the settings; never a URL. */
    deployment: ModelReference,
    dimensions: z.int().min(1).max(100_000).optional(),
    /** What the answer is compared with, the nearest of several; default: the case's `expected`. */
    value: z.union([z.string().transform((text) => [text]), z.array(z.string().min(1)).min(1)]).optional(),
  })
  .strict();
type Options = z.infer<typeof Options>;

const Kept = z.object({ cosine: z.number() });

/**
 * The cosine of the answer's and the nearest reference's embedding; 0 where it is negative. Vectors of different models do
 * not compare: the deployment with its version is part of the metric's digest.
 */
export const embeddingSimilarity = defineEvaluator<Options>({
  id: "embedding-similarity",
  summary: "cosine of the answer's embedding and the nearest reference's",
  scale: "fraction",
  better: "higher",
  options: Options,
  asks: ({ deployment: reference }) => {
    const [deployment = "", version] = reference.split("@");
    return [{ kind: "embedding", deployment, ...(version === undefined ? {} : { version }) }];
  },
  async score({ case: item, sample }, options, models): Promise<Score> {
    const references = (options.value ?? item.expected).filter((text) => text.trim() !== "");
    if (references.length === 0) return { notApplicable: "neither `value` nor the case's `expected` holds a text" };
    if (sample.outcome === "filtered") return { missing: "there is no answer to compare" };
    if (sample.output.trim() === "") return { value: 0, reason: "the answer is empty" };
    return similarity(sample.output, references, options, models);
  },
});

async function similarity(
  answer: string,
  references: string[],
  { deployment, dimensions }: Options,
  models: ScoringModels | undefined,
): Promise<Score> {
  if (!models) return { missing: "no embeddings can be had here", again: true };
  const key = `${digestOf([deployment, dimensions, answer, references])}-0`;
  const kept = await models.kept?.get(key);
  const known = kept && Kept.safeParse(JSON.parse(kept.output)).data;
  if (kept && known) return scoreOf(known.cosine, kept.answeredBy);
  const name = deployment.split("@")[0] ?? "";
  const texts = [answer, ...references];
  const embedded = await models.embed({ deployment: name, texts, ...(dimensions ? { dimensions } : {}) });
  if (embedded.kind !== "answer") return { missing: `no embedding: ${embedded.reason}`, again: true };
  const [own = [], ...others] = embedded.vectors;
  const cosine = Math.max(...others.map((other) => cosineOf(own, other)));
  if (!Number.isFinite(cosine)) return { missing: "the embeddings have no direction: a vector is zero or not finite" };
  const by = embedded.answeredBy ? { answeredBy: embedded.answeredBy } : {};
  await models.kept?.put(key, { output: JSON.stringify({ cosine }), ...by });
  return scoreOf(cosine, embedded.answeredBy);
}

function scoreOf(cosine: number, judgedBy: string | undefined): Score {
  return { value: Math.min(1, Math.max(0, cosine)), ...(judgedBy ? { judgedBy } : {}) };
}

/** NaN where a vector has no length. */
function cosineOf(a: readonly number[], b: readonly number[]): number {
  let [dot, aa, bb] = [0, 0, 0];
  for (const [i, x] of a.entries()) {
    const y = b[i] ?? 0;
    dot += x * y;
    aa += x * x;
    bb += y * y;
  }
  return dot / Math.sqrt(aa * bb);
}
