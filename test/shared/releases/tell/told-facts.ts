import type { Operation } from "../../../../src/shared/releases/operation.ts";
import type { ReleaseState } from "../../../../src/shared/releases/release-state.ts";

const watch = { mode: "act" as const, minutes: 60, minimumSamples: 20, windows: { needed: 2, of: 3 }, rules: [] };

export function release(releaseId: string, change: Partial<ReleaseState> = {}): ReleaseState {
  return {
    ...{ releaseId, repositoryId: 7, repository: "acme/support", name: "support", stage: "prod", digest: "d" },
    ...{ commit: "c".repeat(40), owner: "@acme/ai", runbook: "docs/runbook.md", watch, status: "rolledBack" },
    ...{ pointers: {}, brought: ["b".repeat(64)], before: {}, atomic: false, standbyHours: 24 },
    createdAt: "2026-01-02T09:00:00.000Z",
    ...change,
  };
}

/** A rollback of `support-2` to `support-1` that went well: seen at :00, fired at :20, verified at :30.5. */
export function rollback(change: Partial<Operation> = {}): Operation {
  const at = (seconds: string) => `2026-01-02T10:00:${seconds}Z`;
  const model = { format: "OpenAI", name: "gpt-4.1", version: "2025-04-14" };
  return {
    ...{ operationId: "rollback-support-2", repositoryId: 7, repository: "acme/support", kind: "rollback" },
    ...{ releaseId: "support-2", destination: 0, automatic: true, epoch: 2, links: {}, stage: "telling" },
    ...{ deadline: at("59.000"), createdAt: at("21.000"), outcome: "rolledBack" },
    destinations: [{ releaseId: "support-1", releases: { "deployment:chat": "support-1" }, pointers: {} }],
    cause: {
      ...{ kind: "alert", reason: "errors rose from 1 % to 10 %", seenAt: at("00.000"), firedAt: at("20.000") },
      acceptedAt: at("21.000"),
    },
    steps: [
      {
        target: { id: "chat", kind: "deployment", alias: "chat" },
        from: { kind: "deployment", deployment: "chat--v3", model },
        to: { kind: "deployment", deployment: "chat--v2", model },
        ...{ state: "verified", attempts: 1 },
      },
    ],
    untold: ["check", "issue", "revert", "deployment", "notification"],
    timeline: [
      { at: at("21.000"), what: "asked for: errors rose from 1 % to 10 %" },
      { at: at("30.400"), what: "chat: a call was answered by gpt-4.1-2025-04-14" },
      { at: at("30.500"), what: "rolledBack" },
      { at: at("31.000"), what: "telling" },
    ],
    ...change,
  };
}
