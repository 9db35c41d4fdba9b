import type { Clock } from "../clock.ts";
import type { Queues } from "../deliveries/delivery.ts";
import type { DeliveryStore } from "../deliveries/delivery-store.ts";
import type { SentDeliveries } from "../deliveries/missed.ts";
import type { EmbeddingClient } from "../evals/embedding-client.ts";
import type { Limiters } from "../evals/limits/limiter.ts";
import type { ModelClient } from "../evals/model-client.ts";
import type { KeptAnswers } from "../evals/scoring-models.ts";
import type { SampleStore, Shard } from "../evals/shard.ts";
import type { SpendStore } from "../evals/spend.ts";
import type { Log } from "../log.ts";
import type { PriceBook } from "../prices/price-book.ts";
import type { BlobCache, RepositoryReader } from "../repository/repository-reader.ts";
import type { DecisionStore } from "../routing/recorded-decision.ts";
import type { PromptDocuments, RouteDocuments } from "../routing/route-alias.ts";
import type { CodeHost, RepositoryRef } from "./code-host.ts";
import type { Documents, GateStore } from "./gate-store.ts";
import type { GateReport } from "./report.ts";
import type { MarkReleases, ShowReleases } from "./shown-release.ts";

/** One repository with its files. */
export interface OpenRepository extends CodeHost {
  reader: RepositoryReader;
}

/** Times of the gate, in milliseconds; settings, so that a proof can shorten them. */
export interface GateTimes {
  heartbeatMs: number;
  overdueMs: number;
  progressMs: number;
  gateMs: number;
  shardMs: number;
}

/** Everything that planning, running and concluding a gate reaches. */
export interface GatePorts {
  open(ref: RepositoryRef): Promise<OpenRepository>;
  store: GateStore;
  samples: SampleStore;
  shards: Documents<Shard>;
  reports: Documents<GateReport>;
  /** Routes and prompts as they are served. */
  routeDocuments: RouteDocuments;
  promptDocuments: PromptDocuments;
  /** What routes decided: a change of one is run over it. */
  decisions?: Pick<DecisionStore, "list">;
  /** Immutable blobs of a repository, by SHA. */
  blobCache(repositoryId: number): BlobCache;
  model(): Promise<ModelClient>;
  embedder(): Promise<EmbeddingClient>;
  /** What judges said, kept below the repository. */
  judgements(repositoryId: number): KeptAnswers;
  /** The deployments' limits, shared by all workers. */
  limiters(): Promise<Limiters>;
  /** What a repository's runs and days have spent. */
  spendStore(repositoryId: number): SpendStore;
  queues: Queues;
  /** What the manifests that a pull request touches would do. */
  showReleases: ShowReleases;
  markReleases: MarkReleases;
  prices: PriceBook;
  concurrency: number;
  times: GateTimes;
  clock: Clock;
  log: Log;
  random(): number;
}

/** What releases are told of; they know what the gate need not. */
export interface ReleaseEvents {
  /** The default branch is at this commit, and was at `before`. */
  pushed(ref: RepositoryRef, commit: string, before: string | undefined): Promise<void>;
  commented(ref: RepositoryRef, number: number, commentId: number): Promise<void>;
  /** Somebody runs a check of releases again; `externalId` is the check's own. */
  rerequested(ref: RepositoryRef, commit: string, externalId: string, by: string | undefined): Promise<void>;
}

/** What the work queue and the timers reach besides. */
export interface WorkPorts extends GatePorts {
  releases: ReleaseEvents;
  deliveries: DeliveryStore;
  sent: SentDeliveries;
  /** The id of a repository on the allow-list; undefined where the app is not installed. */
  find(repository: string): Promise<RepositoryRef | undefined>;
  /** owner/name of the repositories on the allow-list. */
  repositories: readonly string[];
  /** The app's own id: buttons of other apps' checks are not ours to answer. */
  appId: number;
}
