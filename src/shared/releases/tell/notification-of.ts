import type { Operation } from "../operation.ts";
import { pointerText } from "../pointer-of.ts";
import type { ReleaseState } from "../release-state.ts";
import { aimOf } from "./aim-of.ts";
import { headline } from "./headline.ts";
import { between, momentsOf } from "./moments.ts";
import type { Notification } from "./notification.ts";
import { plain } from "./plain-text.ts";
import { severityOf, standingOf } from "./severity.ts";

/** What a person says to what waits for them; no answer leaves everything as it is. */
function yesOf({ releaseId, automatic, deadline }: Operation): string {
  const asked = `${releaseId}${automatic ? "" : " --approve"}`;
  return plain(`until ${deadline}: comment /rollback ${asked}, or assay release rollback ${asked} --reason …`);
}

function noOf({ releaseId }: Operation) {
  const value = plain(`comment /rollback ${releaseId} --decline --reason="…": the watch does not ask about it again`);
  return { name: "to leave it", value };
}

/** The same for what is told once; what is held once more, for another reason, is told of once more. */
export function occasionOf(operation: Operation): string {
  const standing = standingOf(operation);
  const holds = operation.timeline.filter(({ what }) => what.startsWith("held: "));
  return standing === "held" && holds.length > 1 ? `${standing}:${holds.at(-1)?.at}` : standing;
}

/** What a channel is told of an operation. */
export function notificationOf(operation: Operation, release: ReleaseState, now: Date): Notification {
  const { operationId, releaseId, repository, steps, links, cause } = operation;
  const { seen, fired, verified } = momentsOf(operation);
  const targets = steps.slice(0, 10).map((step) => {
    const { target, from } = step;
    const [old, next] = [from, aimOf(operation, step)].map((pointer) => (pointer ? pointerText(pointer) : "nothing"));
    return { name: plain(target.alias, 80), value: plain(`${old} → ${next}`) };
  });
  return {
    id: `${operation.repositoryId}:${operationId}:${occasionOf(operation)}`,
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
      ...(operation.kind === "promote"
        ? []
        : [
            { name: "alert to verified", value: between(fired, verified) },
            { name: "anomaly to verified", value: between(seen, verified) },
          ]),
      ...(release.runbook === undefined ? [] : [{ name: "runbook", value: plain(release.runbook) }]),
    ],
    links: Object.entries(links).map(([name, url]) => ({ name, url })),
    at: now.toISOString(),
  };
}
