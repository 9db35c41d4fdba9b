import { marksOf } from "./release-marks.ts";
import type { ReleaseState } from "./release-state.ts";
import { type ApiAnswer, type ApiRequest, mayDo, type RollbackApiPorts, unknownRepository } from "./rollback-api.ts";

const mostShown = 50;

/** `GET /api/releases`: what serves, and the newest of the others, with what people have to know before they need it. */
export async function getReleases(request: Omit<ApiRequest, "releaseId">, ports: RollbackApiPorts): Promise<ApiAnswer> {
  const who = await mayDo("Assay.Reader", request, ports);
  if ("status" in who) return who;
  const repositoryId = await ports.repositoryId(request.repository);
  if (repositoryId === undefined) return unknownRepository(request);
  const [all, targets, quarantined] = await Promise.all([
    ports.releases.releases(repositoryId),
    ports.releases.targets(repositoryId),
    ports.releases.quarantined(repositoryId),
  ]);
  const serving = new Set(targets.map(({ current }) => current));
  const now = ports.clock.now();
  const rank = ({ releaseId, createdAt }: ReleaseState) => `${serving.has(releaseId) ? 1 : 0}${createdAt}`;
  const shown = all.sort((a, b) => (rank(a) < rank(b) ? 1 : -1)).slice(0, mostShown);
  const releases = shown.map((release) => {
    const quarantine = quarantined.filter((one) => one.releaseId === release.releaseId);
    const {
      releaseId,
      name,
      stage,
      status,
      commit,
      promotedAt,
      verifiedAt,
      hotUntil,
      endedAt,
      reason,
      breachedAt,
      breach,
    } = release;
    return {
      ...{
        releaseId,
        name,
        stage,
        status,
        serves: serving.has(releaseId),
        commit,
        promotedAt,
        verifiedAt,
        endedAt,
        reason,
        breachedAt,
        breach,
      },
      ...(serving.has(releaseId) ? { hotUntil, standby: release.standby } : {}),
      targets: marksOf(release, targets, now),
      ...(quarantine.length > 0 ? { quarantine } : {}),
    };
  });
  return { status: 200, body: { releases, ...(all.length > mostShown ? { more: all.length - mostShown } : {}) } };
}
