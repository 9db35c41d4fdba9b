import type { OpenRepository } from "../../../src/shared/gate/ports.ts";
import { defaultStageTimes, type Operation } from "../../../src/shared/releases/operation.ts";
import type { PromotePorts, Push } from "../../../src/shared/releases/promotion/promote-release.ts";
import type { ReleaseStore } from "../../../src/shared/releases/release-store.ts";
import type { Pointer, TargetKind, TargetPort, TargetPorts } from "../../../src/shared/releases/target-port.ts";
import { createMemoryBlobCache } from "../../../src/shared/repository/repository-reader.ts";
import { createMemoryLog } from "../../support/log.ts";
import { createManualClock } from "../../support/manual-clock.ts";
import { createMemoryGate } from "../../support/memory-gate.ts";
import { memoryRepository } from "../repository/memory-repository.ts";

export const [before, head, merged] = ["b".repeat(40), "a".repeat(40), "e".repeat(40)];

/** A repository whose pull request 3 was merged, targets in memory, and what was told and sent. */
export function promotionWorld(
  store: ReleaseStore,
  repositoryId: number,
  files: { before: Record<string, string>; head: Record<string, string>; merged?: Record<string, string> },
) {
  const gate = createMemoryGate();
  const clock = createManualClock();
  const trees = Object.entries({ [before]: files.before, [head]: files.head, [merged]: files.merged ?? files.head });
  const read = new Map(trees.map(([commit, own]) => [commit, memoryRepository(own)]));
  const approvals = [{ by: "grace", commit: head, permission: "write" as const }];
  const serves = new Map<string, Pointer>();
  const sent: Operation[] = [];
  const waiting: { push: Push; waitMs: number }[] = [];
  const evidence = new Map([["run-1", "pass"]]);
  const port = (kind: TargetKind): TargetPort => ({
    read: async ({ alias }) => serves.get(`${kind}:${alias}`),
    async flip({ alias }, to) {
      serves.set(`${kind}:${alias}`, to);
      return { kind: "done", pointer: to };
    },
    probe: async () => ({ kind: "answered", served: "it", asExpected: true, latencyMs: 1 }),
  });
  const kinds: TargetKind[] = ["agent", "deployment", "inPlace", "route", "prompt"];
  const ports: PromotePorts = {
    async open(ref) {
      const host = await gate.ports.open(ref);
      return {
        ...host,
        reader: {
          tree: async (commit) => read.get(commit)?.entries ?? [],
          async blob(sha) {
            for (const { entries, reader } of read.values())
              if (entries.some((entry) => entry.sha === sha)) return reader.blob(sha);
            throw new Error(`no blob ${sha}`);
          },
        },
        pulls: {
          ...host.pulls,
          get: async (number) => ({
            ...{ number, open: false, headSha: head, fork: false, baseRef: "main", baseSha: before, author: "ada" },
            mergedAs: merged,
          }),
          tip: async () => merged,
        },
        commits: { ...host.commits, pullsOf: async (sha) => (sha === merged ? [3] : []) },
        reviews: { approvals: async () => approvals, authors: async () => ["ada"] },
      } satisfies OpenRepository;
    },
    store: {
      ...gate.ports.store,
      verdicts: {
        ...gate.ports.store.verdicts,
        async get(_, gateId) {
          const verdict = evidence.get(gateId);
          if (!verdict) return undefined;
          const row = { gateId, verdict, conclusion: "success", title: "", decidedAt: "" };
          return { value: row, version: 1 };
        },
      },
      plans: {
        ...gate.ports.store.plans,
        read: async () => JSON.parse(JSON.stringify({ runs: [{ side: "head", runId: "run-1:0h", ...ran }] })),
      },
    },
    reports: gate.ports.reports,
    blobCache: () => createMemoryBlobCache(),
    releases: store,
    targets: async () => Object.fromEntries(kinds.map((kind) => [kind, port(kind)])) as TargetPorts,
    standbyOf: async () => ({ capacity: 60 }),
    routeDocuments: gate.ports.routeDocuments,
    promptDocuments: gate.ports.promptDocuments,
    enqueue: async (operation) => void sent.push(operation),
    again: async (push, waitMs) => void waiting.push({ push, waitMs }),
    stageTimes: defaultStageTimes,
    tells: ["check"],
    mostStandbyHours: 720,
    mostWatchMinutes: 1440,
    clock,
    log: createMemoryLog(),
  };
  const asked = {
    ...{ repositoryId, repository: "acme/ai", name: "chat", commit: merged },
    cause: { kind: "merge" as const, reason: "merged" },
  };
  return { ports, asked, clock, approvals, serves, sent, waiting, evidence, checks: gate.checks };
}

/** What the kept run was made on. */
const ran = { deployment: "chat--v3", modelVersion: "2025-04-14" };
