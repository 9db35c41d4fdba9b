import type { AuditEntry } from "../../../src/shared/releases/audit.ts";
import type { OverridePorts } from "../../../src/shared/releases/overrides/override-route.ts";
import type { Principals } from "../../../src/shared/releases/principals.ts";
import type { Quarantine, ReleaseState } from "../../../src/shared/releases/release-state.ts";
import type { Pointer } from "../../../src/shared/releases/target-port.ts";
import { createReleaseStore } from "../../../src/shared/storage/release-store.ts";
import { createTables } from "../../../src/shared/storage/tables.ts";
import { helloFiles } from "../repository/memory-repository.ts";
import { deployment, manifest } from "./manifests.ts";
import { promotionWorld } from "./promotion-world.ts";

const key = "deployment:chat";
const model = { format: "OpenAI", name: "gpt-4.1", version: "2025-04-14" };
export const chat = (n: number): Pointer => ({ kind: "deployment", deployment: `chat--v${n}`, model });
const more = "evidence: { runs: [run-1] }\nstandby: { expectedPeak: 50 }\nfirstWayBack: { kind: served }\n";
let repositories = Math.floor(Math.random() * 1e9);

function release(repositoryId: number, releaseId: string, change: Partial<ReleaseState>): ReleaseState {
  return {
    ...{ releaseId, repositoryId, repository: "acme/ai", name: "chat", stage: "prod", digest: "d", commit: "c" },
    watch: { mode: "observe", minutes: 60, minimumSamples: 20, windows: { needed: 2, of: 3 }, rules: [] },
    ...{ owner: "@acme/ai", status: "verified", brought: [], atomic: false, before: {}, pointers: {} },
    ...{ standbyHours: 24, createdAt: "2026-11-15T09:00:00.000Z", ...change },
  };
}

/** A repository whose second release serves, whose first is the way back, and whose merged manifest is the third. */
export async function peopleWorld(connectionString: string) {
  const tables = createTables({ kind: "connectionString", connectionString });
  const store = createReleaseStore(tables);
  const id = ++repositories;
  const files = { ...helloFiles, "releases/chat.yaml": manifest({ targets: deployment(3), more }) };
  const world = promotionWorld(store, id, { before: helloFiles, head: files });
  world.serves.set(key, chat(2));
  await store.addRelease(release(id, "chat-1", { pointers: { [key]: chat(1) } }));
  const second = {
    pointers: { [key]: chat(2) },
    before: { [key]: "chat-1" },
    brought: ["a".repeat(64), "b".repeat(64)],
  };
  await store.addRelease(release(id, "chat-2", { ...second, status: "watching", pull: 3 }));
  await store.mark(id, key, (known) => ({ ...known, id: "chat", current: "chat-2" }));
  const audited: (AuditEntry & { outcome?: string })[] = [];
  const audit: OverridePorts["audit"] = {
    intend: async (entry) => void audited.push(entry),
    async conclude(entry, outcome) {
      Object.assign(audited.find((own) => own.id === entry.id) ?? {}, { outcome });
    },
  };
  /** As a rollback leaves it. */
  async function quarantine(digest: string, releaseId = "chat-2"): Promise<void> {
    const row: Quarantine = { digest, releaseId, at: "2026-11-15T09:30:00.000Z", reason: "errors" };
    await tables.table("releases").insert(String(id), `quarantine:${digest}`, row);
  }
  const overrides = async (): Promise<OverridePorts> => ({
    routes: { get: async () => undefined, set: async () => false },
    document: async () => undefined,
    ...{ audit, clock: world.clock, log: world.ports.log },
  });
  return { ...world, store, id, audited, audit, quarantine, ports: { ...world.ports, overrides } };
}

/** Whoever the header names, with that role. */
export const principals: Principals = {
  async of(authorization) {
    if (!authorization) return { status: 401, reason: "the request has no token" };
    return { tenant: "t", caller: "c", subject: "mona", roles: [authorization] };
  },
};
