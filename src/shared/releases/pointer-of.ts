import type { AiRepository } from "../repository/ai-repository.ts";
import type { ReleaseManifest } from "../repository/release.ts";
import type { ReleaseTarget } from "../repository/release-target.ts";
import type { Pointer } from "./target-port.ts";

/** Where what a target names stands in the repository. */
type Shipped = Pick<AiRepository, "routes" | "prompts" | "commit">;

/** What a target shall serve, as its port says it. */
export function pointerOf(target: ReleaseTarget, { routes, prompts, commit }: Shipped): Pointer {
  switch (target.kind) {
    case "agent":
      return { kind: "agent", rules: [{ version: target.to.version, percentage: 100 }] };
    case "deployment":
      return { kind: "deployment", deployment: target.to.deployment, model: target.to.model };
    case "inPlace": {
      const { model, sku, contentFilter } = target.to;
      return {
        ...{ kind: "inPlace", deployment: target.alias, model, sku },
        ...(contentFilter === undefined ? {} : { raiPolicyName: contentFilter }),
      };
    }
    case "route": {
      const path = routes.find(({ name }) => name === target.alias)?.path ?? "";
      return { kind: "route", digest: target.to.digest, path, commit };
    }
    case "prompt": {
      const path = prompts.find(({ name }) => name === target.alias)?.path ?? "";
      return { kind: "prompt", digest: target.to.digest, path, commit };
    }
  }
}

/** What every target of a manifest shall serve, by the target's id. */
export function pointersOf(release: ReleaseManifest | undefined, repository: Shipped): Map<string, Pointer> {
  return new Map((release?.targets ?? []).map((target) => [target.id, pointerOf(target, repository)]));
}

/** `chat--v42 (gpt-4.1 2025-04-14)`: a pointer for people. */
export function pointerText(pointer: Pointer): string {
  switch (pointer.kind) {
    case "agent":
      return pointer.rules
        .map(({ version, percentage }) => `version ${version}${percentage === 100 ? "" : ` ${percentage} %`}`)
        .join(", ");
    case "deployment":
      return `${pointer.deployment} (${pointer.model.name} ${pointer.model.version})`;
    case "inPlace":
      return `${pointer.model.name} ${pointer.model.version}, ${pointer.sku.name} ${pointer.sku.capacity}`;
    default:
      return pointer.digest.slice(0, 12);
  }
}
