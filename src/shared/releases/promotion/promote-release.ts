import type { Clock } from "../../clock.ts";
import { InvalidInputError } from "../../errors.ts";
import type { Log } from "../../log.ts";
import { promptDocument } from "../../routing/prompt-document.ts";
import { routeDocument } from "../../routing/route-document.ts";
import type { Cause, Operation, StageTimes, TellPart } from "../operation.ts";
import type { ReleaseState } from "../release-state.ts";
import { decidePromotion } from "./decide-promotion.ts";
import { promoteOperation, releaseStateOf } from "./promote-operation.ts";
import type { Refusal } from "./promotion.ts";
import { type FactPorts, frozenRefusals, pausedRefusals, readFacts, type WorldFacts } from "./read-facts.ts";
import { recordOff } from "./record-off.ts";
import { recordServed } from "./record-served.ts";
import { tellDecision } from "./tell-decision.ts";
import { watchedRefusals } from "./watched-refusals.ts";

interface Documents {
  get(repositoryId: number, digest: string): Promise<string | undefined>;
  put(repositoryId: number, digest: string, text: string): Promise<void>;
}

export interface PromotePorts extends FactPorts {
  routeDocuments: Documents;
  promptDocuments: Documents;
  enqueue(operation: Operation): Promise<void>;
  /** Brings a push back after a wait: what refused its manifests is over by then. */
  again(push: Push, waitMs: number): Promise<void>;
  stageTimes: StageTimes;
  tells: readonly TellPart[];
  /** Whatever a manifest says. */
  mostStandbyHours: number;
  mostWatchMinutes: number;
  clock: Clock;
  log: Log;
}

/** The default branch is at `commit`, and was at `before`. */
export interface Push {
  repositoryId: number;
  /** owner/name */
  repository: string;
  commit: string;
  before?: string | undefined;
  /** It waited: what the branch says by now counts. */
  waited?: boolean | undefined;
}

export interface Promotion {
  repositoryId: number;
  /** owner/name */
  repository: string;
  /** Of the manifest. */
  name: string;
  commit: string;
  /** The pull request that brought it; found by the commit where it is absent. */
  pull?: number;
  cause: Cause;
  /** A person asks: what was promoted from this commit before may be promoted anew. */
  again?: boolean;
}

export type Promoted =
  | { kind: "unknown" }
  | { kind: "refused"; refusals: Refusal[] }
  | { kind: "operation"; operation: Operation; isNew: boolean };

/**
 * Promotes a manifest as a commit has it, or refuses with every reason. Safe to repeat: the same commit and plan are the same
 * release, its row is written before its operation, and the first writer of either wins.
 */
export async function promoteRelease(asked: Promotion, ports: PromotePorts): Promise<Promoted> {
  const { repositoryId, repository, name, commit } = asked;
  const facts = await readOr(() => readFacts(asked, ports));
  if (!facts) return { kind: "unknown" };
  if ("code" in facts) {
    await tellDecision(asked, { name, commit, releaseId: name, refusals: [facts] }, ports);
    return { kind: "refused", refusals: [facts] };
  }
  const place = await placeOf(asked, facts.promotion.plan.digest, ports);
  const standing = await operationOf(place.releaseId);
  if (standing) return { kind: "operation", operation: standing, isNew: false };
  const decision = decidePromotion(facts.promotion);
  const refusals = [
    ...(decision.decision === "refuse" ? decision.refusals : []),
    ...frozenRefusals(facts, ports.clock.now()),
    ...pausedRefusals(facts, asked.cause, ports.clock.now()),
    ...watchedRefusals(asked, facts, ports.clock.now()),
  ];
  if (refusals.length > 0) return refuse(refusals);
  await putDocuments(asked, facts, ports);
  const unnamed = await recordServed(asked, facts, ports);
  if (unnamed) return refuse([unnamed]);
  const before = await recordOff(asked, facts, ports);
  const release = releaseStateOf(asked, facts, place.releaseId, ports);
  await tellDecision(asked, { name, commit, releaseId: place.releaseId, refusals: [] }, ports);
  await ports.releases.addRelease({ ...release, before });
  const operation = promoteOperation(release, facts, asked.cause, ports);
  const isNew = await ports.releases.begin(operation);
  if (isNew) await ports.enqueue(operation);
  const begun = isNew ? operation : ((await operationOf(place.releaseId)) ?? operation);
  ports.log.info("release.promoting", { repository, releaseId: place.releaseId, commit });
  return { kind: "operation", operation: begun, isNew };

  async function operationOf(releaseId: string): Promise<Operation | undefined> {
    return (await ports.releases.operation(repositoryId, `promote-${releaseId}`))?.operation;
  }

  async function refuse(found: Refusal[]): Promise<Promoted> {
    // Its row was written by a worker that died before the operation, and what was so then is not so any more.
    await ports.releases.changeRelease(repositoryId, place.releaseId, (row) =>
      row.status === "promoting" ? { ...row, status: "refused", reason: found[0]?.reason ?? "" } : undefined,
    );
    await tellDecision(asked, { name, commit, releaseId: place.releaseId, refusals: found }, ports);
    ports.log.info("release.refused", { repository, name, commit, codes: found.map(({ code }) => code) });
    return { kind: "refused", refusals: found };
  }
}

/** What names something that no setting has cannot be read, however often; whoever wrote it is told. */
async function readOr<T>(read: () => Promise<T>): Promise<T | Refusal> {
  try {
    return await read();
  } catch (thrown) {
    if (!(thrown instanceof InvalidInputError)) throw thrown;
    return { code: "problems", reason: thrown.message, mend: "Then run `assay / release` again." };
  }
}

/** What routes and prompts shall serve; publication may not have come to this commit, and what is there stays. */
async function putDocuments(
  { repositoryId }: Promotion,
  { routes, promotion }: WorldFacts,
  { routeDocuments, promptDocuments }: PromotePorts,
): Promise<void> {
  for (const route of routes) await routeDocuments.put(repositoryId, route.digest, routeDocument(route));
  for (const prompt of promotion.prompts) {
    const known = await promptDocuments.get(repositoryId, prompt.contentDigest);
    if (known === undefined) await promptDocuments.put(repositoryId, prompt.contentDigest, promptDocument(prompt));
  }
}

/** What was promoted before and is served no more comes back as a release of its own: the old one's story is over. */
async function placeOf(
  { repositoryId, name, commit, again = false }: Promotion,
  digest: string,
  { releases }: PromotePorts,
): Promise<{ releaseId: string }> {
  const targets = await releases.targets(repositoryId);
  const first = `${name}-${digest.slice(0, 12)}`;
  for (let n = 1; ; n++) {
    const releaseId = n === 1 ? first : `${first}-${n}`;
    const known = await releases.release(repositoryId, releaseId);
    if (!known || !isOver(known) || (known.commit === commit && !again)) return { releaseId };
  }

  function isOver({ status, releaseId }: ReleaseState): boolean {
    if (status === "promoting") return false;
    return !targets.some(({ current }) => current === releaseId);
  }
}
