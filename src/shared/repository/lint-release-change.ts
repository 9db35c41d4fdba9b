import type { AiRepository } from "./ai-repository.ts";
import { canonicalJson } from "./digest.ts";
import { createFinding, type Finding } from "./finding.ts";
import type { ReleaseManifest } from "./release.ts";
import { type ReleaseTarget, versionedName } from "./release-target.ts";

type Deployment = Extract<ReleaseTarget, { kind: "deployment" }>;

/** A versioned deployment that changes under its name, or a number that goes down. */
export function lintReleaseChange(base: AiRepository, head: AiRepository): Finding[] {
  return head.releases.flatMap((release) => {
    const before = base.releases.find(({ name }) => name === release.name);
    if (!before || before.digest === release.digest) return [];
    return release.targets.flatMap((target, index) => {
      if (target.kind !== "deployment") return [];
      const was = deploymentOf(before, target.alias);
      return was
        ? lintStep(was, target, { path: release.path, ...release.positions[`targets.${index}.to.deployment`] })
        : [];
    });
  });
}

function deploymentOf({ targets }: ReleaseManifest, alias: string): Deployment | undefined {
  return targets.find((target): target is Deployment => target.kind === "deployment" && target.alias === alias);
}

function lintStep(was: Deployment, is: Deployment, at: { path: string }): Finding[] {
  const [from, to] = [versionedName(was.to.deployment), versionedName(is.to.deployment)];
  if (!from || !to) return [];
  if (to.n < from.n)
    return [
      createFinding(
        "release/version-not-raised",
        at,
        `\`${is.alias}\` goes from v${from.n} back to v${to.n}.`,
        `Roll back instead, or write \`${is.alias}--v${from.n + 1}\`.`,
      ),
    ];
  if (to.n > from.n || madeOf(was) === madeOf(is)) return [];
  const message = `\`${is.to.deployment}\` is not what it was at the base.`;
  return [createFinding("release/version-edited", at, message, `Write \`deployment: ${is.alias}--v${to.n + 1}\`.`)];
}

/** What the deployment is; its capacity may be changed in place, and where the gate calls it is no part of it. */
function madeOf({ to: { model, sku, contentFilter } }: Deployment): string {
  return canonicalJson({ model, sku: sku.name, contentFilter });
}
