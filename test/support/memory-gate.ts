import type { Delivery, WorkMessage } from "../../src/shared/deliveries/delivery.ts";
import { createLeasedLimiters } from "../../src/shared/evals/limits/leased-limiter.ts";
import { createMemoryLimitStore } from "../../src/shared/evals/limits/memory-limit-store.ts";
import type { StoredSample } from "../../src/shared/evals/shard.ts";
import { sampleKey, withAddedScores } from "../../src/shared/evals/shard.ts";
import { createMemorySpendStore } from "../../src/shared/evals/spend.ts";
import type { CheckContent, Comment, PullRequest } from "../../src/shared/gate/code-host.ts";
import type { Documents, GateStore, Rows } from "../../src/shared/gate/gate-store.ts";
import type { OpenRepository, WorkPorts } from "../../src/shared/gate/ports.ts";
import { defaultPriceBook } from "../../src/shared/prices/default-book.ts";
import { showReleases } from "../../src/shared/releases/show-releases.ts";
import { createMemoryBlobCache } from "../../src/shared/repository/repository-reader.ts";
import type { RouteDocuments } from "../../src/shared/routing/route-alias.ts";
import { memoryRepository } from "../shared/repository/memory-repository.ts";
import { aiRepository, promptFile } from "./ai-repository.ts";
import { createMemoryLog } from "./log.ts";
import { createManualClock, type ManualClock } from "./manual-clock.ts";

export const repositoryId = 9;
export const ref = { repositoryId, repository: "acme/support" };
export const [baseSha, headSha] = ["b".repeat(40), "a".repeat(40)];

interface MemoryCheck extends CheckContent {
  id: number;
  name: string;
  headSha: string;
  externalId: string;
}

/** A gate's whole world in memory: one pull request (number 3) that edits the prompt, and what was done about it. */
export interface MemoryGate {
  ports: WorkPorts;
  clock: ManualClock;
  checks: MemoryCheck[];
  comments: (Comment & { number: number })[];
  /** What was sent to the three queues, in order. */
  sent: { queue: "work" | "shards" | "conclude"; message: object }[];
  deliveries: Map<string, Delivery & { outcome?: string; reason?: string }>;
  pull: PullRequest;
  /** What a merge group's commits are, and the pull requests that GitHub knows of a commit. */
  groupCommits: { sha: string; message: string }[];
  pullsOfCommits: Map<string, number[]>;
  redelivered: number[];
  log: ReturnType<typeof createMemoryLog>;
  /** Makes calls of one kind fail: `tree`, `checks.update`, `comments.create`, `pulls.get`. */
  failing: Map<string, Error>;
}

export function createMemoryGate(
  files: { base: Record<string, string>; head: Record<string, string> } = {
    base: aiRepository(),
    head: { ...aiRepository(), "prompts/helper.prompt.md": promptFile("good, kindly") },
  },
): MemoryGate {
  const clock = createManualClock();
  const log = createMemoryLog();
  const failing = new Map<string, Error>();
  const attempt = (what: string) => {
    const error = failing.get(what);
    if (error) throw error;
  };
  const trees = {
    [baseSha]: memoryRepository(files.base),
    [headSha]: memoryRepository(files.head),
  };
  const sent: MemoryGate["sent"] = [];
  const checks: MemoryGate["checks"] = [];
  const comments: MemoryGate["comments"] = [];
  const deliveries: MemoryGate["deliveries"] = new Map();
  const redelivered: number[] = [];
  const groupCommits: MemoryGate["groupCommits"] = [];
  const pullsOfCommits: MemoryGate["pullsOfCommits"] = new Map();
  const pull: PullRequest = {
    number: 3,
    open: true,
    headSha,
    fork: false,
    baseRef: "main",
    baseSha,
    author: "ada",
  };
  const host: OpenRepository = {
    reader: {
      async tree(commit) {
        attempt("tree");
        const found = trees[commit];
        if (!found) throw new Error(`no commit ${commit}`);
        return found.entries;
      },
      async blob(sha) {
        for (const { entries, reader } of Object.values(trees)) {
          if (entries.some((entry) => entry.sha === sha)) return reader.blob(sha);
        }
        throw new Error(`no blob ${sha}`);
      },
    },
    pulls: {
      async get() {
        attempt("pulls.get");
        return { ...pull };
      },
      listOpen: async () => (pull.open ? [{ ...pull }] : []),
      mergeBase: async () => baseSha,
      defaultBranch: async () => "main",
      tip: async () => baseSha,
    },
    commits: { between: async () => groupCommits, pullsOf: async (sha) => pullsOfCommits.get(sha) ?? [] },
    checks: {
      find: async (sha, name) =>
        checks
          .filter((check) => check.headSha === sha && check.name === name)
          .map(({ id, externalId, status, conclusion, title }) => ({ id, externalId, status, conclusion, title })),
      async create(run) {
        checks.push({ id: checks.length + 1, ...run });
        return {
          id: checks.length,
          externalId: run.externalId,
          status: run.status,
          conclusion: undefined,
          title: run.title,
        };
      },
      async update(id, content) {
        attempt("checks.update");
        Object.assign(checks.find((check) => check.id === id) ?? {}, content);
      },
    },
    comments: {
      list: async (number) => comments.filter((comment) => comment.number === number),
      get: async (id) => comments.find((comment) => comment.id === id),
      async create(number, body) {
        attempt("comments.create");
        const comment = { id: comments.length + 1, number, body, author: "assay[bot]", own: true };
        comments.push(comment);
        return comment;
      },
      async update(id, body) {
        Object.assign(comments.find((comment) => comment.id === id) ?? {}, { body });
      },
      async remove(id) {
        comments.splice(
          comments.findIndex((comment) => comment.id === id),
          1,
        );
      },
    },
    reviews: { approvals: async () => [], authors: async () => [] },
    people: { canWrite: async (login) => login === "ada", react: async () => {} },
  };
  const spendStore = createMemorySpendStore();
  const ports: WorkPorts = {
    releases: { pushed: async () => {}, commented: async () => {}, rerequested: async () => {} },
    open: async () => host,
    store: createMemoryGateStore(),
    samples: createMemorySamples(),
    limiters: async () =>
      createLeasedLimiters(createMemoryLimitStore(), {
        worker: "w",
        clock,
        reportMs: 2000,
        leaseMs: 10_000,
        firstWindow: 64,
      }),
    spendStore: () => spendStore,
    embedder: async () => ({
      embed: async () => ({ kind: "failed", reason: "no embeddings in memory", retryable: false }),
    }),
    judgements: () => ({ get: async () => undefined, put: async () => {} }),
    shards: createMemoryDocuments(),
    reports: createMemoryDocuments(),
    routeDocuments: createMemoryRouteDocuments(),
    promptDocuments: createMemoryRouteDocuments(),
    blobCache: () => createMemoryBlobCache(),
    model: async () => ({
      complete: async () => ({ kind: "answer", outcome: "completed", output: "ok", latencyMs: 5 }),
    }),
    queues: {
      work: async (message) => void sent.push({ queue: "work", message }),
      shard: async (message) => void sent.push({ queue: "shards", message }),
      conclude: async (message) => void sent.push({ queue: "conclude", message }),
    },
    prices: defaultPriceBook,
    showReleases,
    markReleases: async (_id, shown) => shown,
    concurrency: 4,
    // The product's own times, as the settings have them.
    times: { heartbeatMs: 15_000, overdueMs: 45_000, progressMs: 10_000, gateMs: 3_600_000, shardMs: 240_000 },
    clock,
    log,
    random: () => 0,
    deliveries: {
      claim: async () => "fresh",
      markEnqueued: async () => {},
      start: async (_, id) => (deliveries.get(id)?.outcome ? undefined : deliveries.get(id)),
      async finish(_, id, outcome, reason) {
        Object.assign(deliveries.get(id) ?? {}, { outcome, ...(reason ? { reason } : {}) });
      },
      overdue: async () => [],
    },
    sent: {
      async *since() {},
      redeliver: async (id) => void redelivered.push(id),
    },
    find: async () => ref,
    repositories: [ref.repository],
    appId: 1,
  };
  return {
    ports,
    clock,
    checks,
    comments,
    sent,
    deliveries,
    pull,
    groupCommits,
    pullsOfCommits,
    redelivered,
    log,
    failing,
  };
}

/** A queue `work` message for a delivery that says that the pull request was opened. */
export function openedDelivery(gate: MemoryGate, deliveryId = "d1"): WorkMessage {
  gate.deliveries.set(deliveryId, {
    deliveryId,
    ...ref,
    event: "pull_request",
    action: "opened",
    wanted: true,
    pull: gate.pull.number,
    headSha: gate.pull.headSha,
    receivedAt: gate.clock.now().toISOString(),
  });
  return { kind: "delivery", repositoryId, deliveryId };
}

function createMemoryRouteDocuments(): RouteDocuments {
  const texts = new Map<string, string>();
  return {
    get: async (repository, digest) => texts.get(`${repository}/${digest}`),
    put: async (repository, digest, text) => void texts.set(`${repository}/${digest}`, text),
  };
}

function createMemoryGateStore(): GateStore {
  return {
    gates: createMemoryRows(),
    active: createMemoryRows(),
    pulls: createMemoryRows(),
    shards: createMemoryRows(),
    baselines: createMemoryRows(),
    verdicts: createMemoryRows(),
    routes: createMemoryRows(),
    prompts: createMemoryRows(),
    routeHeads: createMemoryRows(),
    plans: createMemoryDocuments(),
  };
}

function createMemoryRows<T>(): Rows<T> {
  const rows = new Map<string, { value: T; version: number }>();
  return {
    async get(_, key) {
      const row = rows.get(key);
      return row && { value: structuredClone(row.value), version: row.version };
    },
    async insert(_, key, value) {
      if (rows.has(key)) return false;
      rows.set(key, { value: structuredClone(value), version: 1 });
      return true;
    },
    async replace(_, key, stored, value) {
      const row = rows.get(key);
      if (!row || row.version !== stored.version) return false;
      rows.set(key, { value: structuredClone(value), version: row.version + 1 });
      return true;
    },
    list: async (_, prefix) =>
      [...rows]
        .filter(([key]) => key.startsWith(prefix))
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([, { value }]) => structuredClone(value)),
    remove: async (_, key) => void rows.delete(key),
  };
}

function createMemoryDocuments<T>(): Documents<T> {
  const documents = new Map<string, T>();
  return {
    read: async (_, path) => structuredClone(documents.get(path)),
    write: async (_, path, value) => void documents.set(path, structuredClone(value)),
  };
}

function createMemorySamples(): WorkPorts["samples"] {
  const kept = new Map<string, Map<string, StoredSample>>();
  const at = (path: string) => kept.get(path) ?? new Map<string, StoredSample>();
  return {
    read: async (path) => new Map(at(path)),
    known: async (path) => ({ stored: new Set(at(path).keys()), begun: new Set() }),
    mark: async () => {},
    append: async (path, sample) => void kept.set(path, at(path).set(sampleKey(sample), sample)),
    addScores: async (path, added) => {
      const sample = at(path).get(added.scoresOf);
      if (sample) kept.set(path, at(path).set(added.scoresOf, withAddedScores(sample, added)));
    },
  };
}
