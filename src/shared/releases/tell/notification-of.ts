import type { Operation } from "../operation.ts";
import { pointerText } from "../pointer-of.ts";
import type { ReleaseState } from "../release-state.ts";
import { headline } from "./headline.ts";
import { between, momentsOf } from "./moments.ts";
import type { Notification } from "./notification.ts";
import { plain } from "./plain-text.ts";
import { severityOf, standingOf } from "./severity.ts";

/** What a person says to what waits for them; no answer leaves everything as it is. */
function yesOf({ releaseId, automatic }: Operation): string {
  const approve = automatic ? "" : " --approve";
  return plain(`comment /rollback ${releaseId}${approve}, or assay release rollback ${releaseId}${approve} --reason …`);
}

function noOf({ releaseId }: Operation) {
  const value = plain(`comment /rollback ${releaseId} --decline --reason="…": the watch does not ask about it again`);
  return { name: "to leave it", value };
}

/** What a channel is told of an operation. */
export function notificationOf(operation: Operation, release: ReleaseState, now: Date): Notification {
  const { operationId, releaseId, repository, steps, links, cause } = operation;
  const { seen, fired, verified } = momentsOf(operation);
  const targets = steps.slice(0, 10).map(({ target, from, to }) => {
    const [old, next] = [from, to].map((pointer) => (pointer ? pointerText(pointer) : "nothing"));
    return { name: plain(target.alias, 80), value: plain(`${old} → ${next}`) };
  });
  return {
    id: `${operation.repositoryId}:${operationId}:${standingOf(operation)}`,
    incident: `${operation.repositoryId}:${releaseId}`,
    severity: severityOf(operation),
    title: headline(operation),
    facts: [
      { name: "repository", value: plain(repository) },
      { name: "stage", value: release.stage },
      { name: "owner", value: plain(release.owner) },
      {
        name: "cause",
        value: plain(`${cause.kind}${cause.by === undefined ? "" : ` by ${cause.by}`}: ${cause.reason}`),
      },
      ...(standingOf(operation) === "held" ? [{ name: "to go on", value: yesOf(operation) }, noOf(operation)] : []),
      ...targets,
      ...(steps.length > 10 ? [{ name: "…", value: `and ${steps.length - 10} more targets` }] : []),
      { name: "alert to verified", value: between(fired, verified) },
      { name: "anomaly to verified", value: between(seen, verified) },
      ...(release.runbook === undefined ? [] : [{ name: "runbook", value: plain(release.runbook) }]),
    ],
    links: Object.entries(links).map(([name, url]) => ({ name, url })),
    at: now.toISOString(),
  };
}
