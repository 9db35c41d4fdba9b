import type { Operation } from "../operation.ts";
import type { ReleaseState } from "../release-state.ts";
import { plain } from "./plain-text.ts";
import type { TellHost, TellPorts } from "./ports.ts";
import { standingOf } from "./severity.ts";
import { type StageReport, stageReports } from "./stage-reports.ts";

type Stages = TellHost["stages"];

/** Each stage shows which release it serves: one entry a release, one status an operation. */
export async function tellDeployment(
  operation: Operation,
  release: ReleaseState,
  { stages }: Pick<TellHost, "stages">,
  { releases }: Pick<TellPorts, "releases">,
): Promise<{ link?: string }> {
  let link: string | undefined;
  for (const report of stageReports(operation, [...new Set(Object.values(release.before))])) {
    const { releaseId } = report;
    const shown = releaseId === release.releaseId ? release : await releases.release(operation.repositoryId, releaseId);
    if (!shown) continue;
    const entered = await tellStage(operation, shown, report, stages);
    if (releaseId === release.releaseId) link = entered;
  }
  return link === undefined ? {} : { link };
}

async function tellStage(
  operation: Operation,
  { releaseId, commit, stage, name }: ReleaseState,
  { status, enter }: StageReport,
  stages: Stages,
): Promise<string | undefined> {
  const found = (await stages.find(commit, stage)).filter((one) => one.releaseId === releaseId);
  // Two workers may have made one each: the older counts.
  const known = found.at(-1);
  if (!known && !enter) return undefined;
  const about = plain(`Release ${name}: ${releaseId}`, 100);
  const entry = known ?? (await stages.create({ releaseId, commit, stage, description: about }));
  const description = plain(`${standingOf(operation)}: ${operation.operationId}`, 400).slice(0, 140);
  const told = (await stages.statuses(entry.id)).some(
    (one) => one.status === status && one.description === description,
  );
  const { issue } = operation.links;
  if (!told)
    await stages.report(entry.id, { status, stage, description, ...(issue === undefined ? {} : { link: issue }) });
  return entry.link;
}
