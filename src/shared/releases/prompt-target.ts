import type { Clock } from "../clock.ts";
import { documentDigest } from "../routing/prompt-document.ts";
import type { PromptAlias } from "../routing/route-alias.ts";
import type { AliasRecords, Stored } from "./deployment-alias.ts";
import { type PointerOf, samePointer, type TargetPort } from "./target-port.ts";

export interface PromptTargetPorts {
  prompts: AliasRecords<PromptAlias>;
  /** The document of the prompt of this digest; undefined where it was dropped. */
  document(repositoryId: number, digest: string): Promise<string | undefined>;
  repository: { id: number; fullName: string };
  clock: Clock;
}

/** Served prompts: a document stays under its prompt's digest, and the record that every request reads points to one of them. */
export function createPromptTarget(ports: PromptTargetPorts): TargetPort {
  const { prompts, repository, clock } = ports;
  const stored = (alias: string) => prompts.get(repository.fullName, alias);
  const gone = (digest: string, alias: string) =>
    ({ code: "DocumentNotFound", reason: `the document ${digest} of the prompt ${alias} is gone` }) as const;
  return {
    async read({ alias }) {
      return pointerTo(await stored(alias));
    },
    async flip({ alias }, to, expected) {
      if (to.kind !== "prompt") throw new Error(`${alias} is a prompt, not a ${to.kind}.`);
      const before = await stored(alias);
      const found = pointerTo(before);
      if (found && samePointer(found, to)) return { kind: "done", pointer: found };
      const moved = expected?.fence !== undefined && expected.fence !== found?.fence;
      if (moved || !samePointer(found, expected))
        return { kind: "conflict", found, reason: `the prompt ${alias} was published anew by somebody else` };
      const document = await ports.document(repository.id, to.digest);
      if (document === undefined) return { kind: "refused", ...gone(to.digest, alias) };
      const { digest, path = before?.value.path ?? "", commit = before?.value.commit ?? "" } = to;
      const filed = before?.value.filed ?? before?.value.digest;
      const value: PromptAlias = {
        ...{ repositoryId: repository.id, repository: repository.fullName, name: alias },
        ...{ path, digest, document: documentDigest(document), commit, publishedAt: clock.now().toISOString() },
        ...(filed === undefined || filed === digest ? {} : { filed }),
      };
      const written = await prompts.set(repository.fullName, alias, value, before?.etag);
      const after = pointerTo(await stored(alias));
      if (written && after) return { kind: "done", pointer: after };
      return { kind: "conflict", found: after, reason: `the prompt ${alias} was changed at the same time` };
    },
    /** Reading is serving: the document that is handed out says itself which prompt it is. */
    async probe({ alias }, pointer) {
      if (pointer.kind !== "prompt") return { kind: "unknown", reason: `no prompt: ${pointer.kind}` };
      const started = performance.now();
      const now = (await stored(alias))?.value;
      const document = await ports.document(repository.id, pointer.digest);
      if (document === undefined) return { kind: "gone", ...gone(pointer.digest, alias) };
      const latencyMs = performance.now() - started;
      // Clients refuse bytes that their ETag does not name.
      const whole = now?.digest !== pointer.digest || now.document === documentDigest(document);
      const served = servedDigest(document, alias);
      return { kind: "answered", served: served ?? "", asExpected: whole && served === pointer.digest, latencyMs };
    },
  };
}

/** What a client takes the document for; undefined where it is no prompt of this name. */
function servedDigest(document: string, alias: string): string | undefined {
  const read: { name?: unknown; digest?: unknown } = JSON.parse(document);
  return read.name === alias && typeof read.digest === "string" ? read.digest : undefined;
}

/** A withdrawn prompt serves nothing; its record stays. */
function pointerTo(stored: Stored<PromptAlias> | undefined): PointerOf<"prompt"> | undefined {
  if (!stored || stored.value.withdrawnAt !== undefined) return undefined;
  const { digest, path, commit } = stored.value;
  return { kind: "prompt", digest, path, commit, fence: stored.etag };
}
