import type { Clock } from "../clock.ts";
import { documentDigest } from "../routing/prompt-document.ts";
import { type PromptAlias, type RouteAlias, saidOf } from "../routing/route-alias.ts";
import type { AliasRecords, Stored } from "./deployment-alias.ts";
import { flipAlias } from "./flip-alias.ts";
import type { Pointer, TargetPort } from "./target-port.ts";

export interface DocumentTargetPorts<A extends RouteAlias> {
  records: AliasRecords<A>;
  /** The document of this digest; undefined where it was dropped. */
  document(repositoryId: number, digest: string): Promise<string | undefined>;
  repository: { id: number; fullName: string };
  clock: Clock;
}

/** Served routes: a document stays under its digest, and the record that every request reads points to one of them. */
export function createRouteTarget(ports: DocumentTargetPorts<RouteAlias>): TargetPort {
  const gone = (digest: string, alias: string) => `the document ${digest} of ${alias} is gone`;
  const { read, flip, find } = documentTarget(ports, { kind: "route", gone, recordOf: (alias) => alias });
  return {
    read,
    flip,
    /** Reading is serving: whoever asks now gets what is read here. */
    async probe({ alias }, pointer) {
      if (pointer.kind !== "route") return { kind: "unknown", reason: `no route: ${pointer.kind}` };
      const started = performance.now();
      const document = await find(alias, pointer.digest);
      if (typeof document !== "string") return { kind: "gone", ...document };
      const latencyMs = performance.now() - started;
      return { kind: "answered", served: pointer.digest, asExpected: true, latencyMs };
    },
  };
}

/** Served prompts, as routes are. */
export function createPromptTarget(ports: DocumentTargetPorts<PromptAlias>): TargetPort {
  const gone = (digest: string, alias: string) => `the document ${digest} of the prompt ${alias} is gone`;
  const recordOf = (alias: RouteAlias, document: string) => ({ ...alias, document: documentDigest(document) });
  const { read, flip, find } = documentTarget(ports, { kind: "prompt", gone, recordOf });
  return {
    read,
    flip,
    /** Reading is serving: the document that is handed out says itself which prompt it is. */
    async probe({ alias }, pointer) {
      if (pointer.kind !== "prompt") return { kind: "unknown", reason: `no prompt: ${pointer.kind}` };
      const started = performance.now();
      const now = (await ports.records.get(ports.repository.fullName, alias))?.value;
      const document = await find(alias, pointer.digest);
      if (typeof document !== "string") return { kind: "gone", ...document };
      const latencyMs = performance.now() - started;
      // Clients refuse bytes that their ETag does not name.
      const whole = now?.digest !== pointer.digest || now.document === documentDigest(document);
      const served = servedDigest(document, alias);
      return { kind: "answered", served: served ?? "", asExpected: whole && served === pointer.digest, latencyMs };
    },
  };
}

interface DocumentKind<A> {
  kind: "route" | "prompt";
  /** That there is no document any more. */
  gone(digest: string, alias: string): string;
  recordOf(alias: RouteAlias, document: string): A;
}

function documentTarget<A extends RouteAlias>(ports: DocumentTargetPorts<A>, of: DocumentKind<A>) {
  const { records, repository, clock } = ports;
  const { kind } = of;
  /** A withdrawn one serves nothing; its record stays. */
  function pointerTo(stored: Stored<A> | undefined): Pointer | undefined {
    if (!stored || stored.value.withdrawnAt !== undefined) return undefined;
    const { digest, path, commit } = stored.value;
    return { kind, digest, path, commit, fence: stored.etag };
  }
  async function find(alias: string, digest: string): Promise<string | { code: string; reason: string }> {
    const found = await ports.document(repository.id, digest);
    return found ?? { code: "DocumentNotFound", reason: of.gone(digest, alias) };
  }
  const pointing = { records, repository, pointerTo, words: { the: `the ${kind}`, moved: "published anew" } };
  const target: Pick<TargetPort, "read" | "flip"> = {
    async read({ alias }) {
      return pointerTo(await records.get(repository.fullName, alias));
    },
    async flip({ alias }, to, expected) {
      if (to.kind !== kind) throw new Error(`${alias} is a ${kind}, not a ${to.kind}.`);
      return flipAlias(pointing, { alias, to, expected }, async (before) => {
        const document = await find(alias, to.digest);
        if (typeof document !== "string") return { kind: "refused", ...document };
        const { digest, path = before?.path ?? "", commit = before?.commit ?? "" } = to;
        const filed = before?.filed ?? before?.digest;
        const record = {
          ...{ repositoryId: repository.id, repository: repository.fullName, name: alias },
          ...{ path, digest, commit, publishedAt: clock.now().toISOString() },
          ...(filed === undefined || filed === digest ? {} : { filed }),
          ...saidOf(before),
        };
        return { record: of.recordOf(record, document) };
      });
    },
  };
  return { ...target, find };
}

/** What a client takes the document for; undefined where it is no prompt of this name. */
function servedDigest(document: string, alias: string): string | undefined {
  const read: { name?: unknown; digest?: unknown } = JSON.parse(document);
  return read.name === alias && typeof read.digest === "string" ? read.digest : undefined;
}
