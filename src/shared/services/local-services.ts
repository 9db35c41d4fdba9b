import path from "node:path";
import type { EmbeddingClient } from "../evals/embedding-client.ts";
import type { LimitStore } from "../evals/limits/leased-limiter.ts";
import type { ModelClient } from "../evals/model-client.ts";
import type { KeptAnswers } from "../evals/scoring-models.ts";
import type { SampleStore } from "../evals/shard.ts";
import type { SpendStore } from "../evals/spend.ts";
import type { PriceBook } from "../prices/price-book.ts";
import type { Blobs } from "../storage/blobs.ts";

/** What the command line reaches: a model endpoint, and a folder for what it keeps. */
export interface LocalServices {
  model: ModelClient;
  embedder: EmbeddingClient;
  samples: SampleStore;
  /** Lines of what is kept at a path, or of any other file, one after the other. */
  lines(file: string): AsyncIterable<string>;
  /** What judges said. */
  kept: KeptAnswers;
  files: Blobs;
  prices: PriceBook;
  /** What the processes of this checkout learnt of the endpoint's deployments. */
  limitStore: LimitStore;
  /** What they spent in a day. */
  spendStore: SpendStore;
}

/** Without a key the caller's own Azure identity is used where the endpoint is Azure's, and nothing is sent elsewhere. */
export async function createLocalServices(
  folder: string,
  endpoint: { url: string; key: string; timeoutMs: number; concurrency: number },
  env: Record<string, string | undefined>,
): Promise<LocalServices> {
  const { createFileBlobs } = await import("../storage/file-blobs.ts");
  const { createJudgements } = await import("../storage/judgements.ts");
  const { createEmbeddingClient } = await import("../foundry/embedding-client.ts");
  const { createSampleStore } = await import("../storage/sample-store.ts");
  const { createLocalLimitStore, createLocalSpendStore } = await import("../storage/local-limits.ts");
  const { createChatClient } = await import("../foundry/chat-client.ts");
  const { defaultPriceBook } = await import("../prices/default-book.ts");
  const files = createFileBlobs(folder);
  const identity = endpoint.key !== "" || /\.azure\.com$/.test(new URL(endpoint.url).hostname);
  const authorization = identity
    ? await (await import("../foundry/authorization.ts")).modelAuthorization(endpoint.key, env)
    : async () => ({});
  const { url, timeoutMs, concurrency } = endpoint;
  const anywhere = createFileBlobs("");
  const limits = path.join(folder, "limits", encodeURIComponent(url).replaceAll("*", "%2A"));
  return {
    model: createChatClient({ url, authorization, timeoutMs }),
    embedder: createEmbeddingClient({ url, authorization, timeoutMs }),
    kept: createJudgements(files)(0),
    samples: createSampleStore(files),
    lines: (file) => anywhere.lines(path.resolve(folder, file)),
    files,
    prices: defaultPriceBook,
    limitStore: createLocalLimitStore(limits, concurrency),
    spendStore: createLocalSpendStore(path.join(folder, "spent")),
  };
}
