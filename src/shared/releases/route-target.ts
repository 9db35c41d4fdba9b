import type { Clock } from "../clock.ts";
import type { RouteAlias } from "../routing/route-alias.ts";
import type { AliasRecords, Stored } from "./deployment-alias.ts";
import { type PointerOf, samePointer, type TargetPort } from "./target-port.ts";

export interface RoutePorts {
  routes: AliasRecords<RouteAlias>;
  /** The document of this digest; undefined where it was dropped. */
  document(repositoryId: number, digest: string): Promise<string | undefined>;
  repository: { id: number; fullName: string };
  clock: Clock;
}

/** Served routes: a document stays under its digest, and the record that every request reads points to one of them. */
export function createRouteTarget(ports: RoutePorts): TargetPort {
  const { routes, repository, clock } = ports;
  const stored = (alias: string) => routes.get(repository.fullName, alias);
  return {
    async read({ alias }) {
      return pointerTo(await stored(alias));
    },
    async flip({ alias }, to, expected) {
      if (to.kind !== "route") throw new Error(`${alias} is a route, not a ${to.kind}.`);
      const before = await stored(alias);
      const found = pointerTo(before);
      if (found && samePointer(found, to)) return { kind: "done", pointer: found };
      const moved = expected?.fence !== undefined && expected.fence !== found?.fence;
      if (moved || !samePointer(found, expected))
        return { kind: "conflict", found, reason: `the route ${alias} was published anew by somebody else` };
      if ((await ports.document(repository.id, to.digest)) === undefined)
        return { kind: "refused", code: "DocumentNotFound", reason: `the document ${to.digest} of ${alias} is gone` };
      const { digest, path, commit } = to;
      const publishedAt = clock.now().toISOString();
      const filed = before?.value.filed ?? before?.value.digest;
      const own = {
        ...{ repositoryId: repository.id, repository: repository.fullName, name: alias },
        ...(filed === undefined || filed === digest ? {} : { filed }),
        ...(before?.value.override ? { override: before.value.override } : {}),
      };
      const written = await routes.set(
        repository.fullName,
        alias,
        { ...own, path, digest, commit, publishedAt },
        before?.etag,
      );
      const after = pointerTo(await stored(alias));
      if (written && after) return { kind: "done", pointer: after };
      return { kind: "conflict", found: after, reason: `the route ${alias} was changed at the same time` };
    },
    /** Reading is serving: whoever asks now gets what is read here. */
    async probe({ alias }, pointer) {
      if (pointer.kind !== "route") return { kind: "unknown", reason: `no route: ${pointer.kind}` };
      const started = performance.now();
      const document = await ports.document(repository.id, pointer.digest);
      if (document === undefined)
        return { kind: "gone", code: "DocumentNotFound", reason: `the document ${pointer.digest} of ${alias} is gone` };
      const latencyMs = performance.now() - started;
      return { kind: "answered", served: pointer.digest, asExpected: true, latencyMs };
    },
  };
}

/** A withdrawn route serves nothing; its record stays. */
function pointerTo(stored: Stored<RouteAlias> | undefined): PointerOf<"route"> | undefined {
  if (!stored || stored.value.withdrawnAt !== undefined) return undefined;
  const { digest, path, commit } = stored.value;
  return { kind: "route", digest, path, commit, fence: stored.etag };
}
