import type { Operation } from "../operation.ts";
import type { ReleaseState } from "../release-state.ts";
import { headline } from "./headline.ts";
import { marker } from "./marker.ts";
import { plain } from "./plain-text.ts";
import type { RestoredFile } from "./ports.ts";
import { named } from "./targets-text.ts";
import { safe } from "./timeline-text.ts";

/** Title and body of the revert pull request, and the message of its commit. */
export function revertContent(operation: Operation, release: ReleaseState, files: readonly RestoredFile[]) {
  const title = plain(`Take back release ${release.name}: ${operation.cause.reason}`, 120);
  const { issue } = operation.links;
  const body = [
    marker(operation),
    safe(headline(operation), 400),
    "Production no longer serves what these files say. Merged, they say again what is served; left as they are, the next release ships it again.",
    ...[files.map(({ path, sha }) => `- ${named(path)}${sha === undefined ? ": taken away" : ""}`).join("\n")],
    `Release ${named(release.releaseId)} of commit ${named(release.commit)}, operation ${named(operation.operationId)}.${issue === undefined ? "" : ` What happened: ${issue}`}`,
  ].join("\n\n");
  return { title, body, message: `${title}\n\nRelease ${release.releaseId}, operation ${operation.operationId}.` };
}
