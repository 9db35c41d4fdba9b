import { error, type LintRule, warning } from "./lint-rule.ts";

/** What can be wrong in `releases/**\/*.yaml`. */
export const releaseRules = {
  "release/missing-schema": error("A YAML file in releases/ is no manifest.", "Add `schema: assay/release/v1`."),
  "release/invalid": error("The file does not fit assay/release/v1.", "Correct the value."),
  "release/unknown-key": error(
    "A manifest has a key that assay/release/v1 does not know.",
    "Remove the key, or put it under `metadata`.",
  ),
  "release/name-not-stem": error("A release's name is not its file's name.", "Make `name` and the file name the same."),
  "release/duplicate-name": error("Two releases have the same name.", "Rename one of them, with its file."),
  "release/unknown-prompt": error("A manifest binds a prompt that does not exist.", "Name a prompt by its `name`."),
  "release/unknown-route": error("A manifest binds a route that does not exist.", "Name a route by its `name`."),
  "release/unknown-suite": error(
    "A manifest names a suite that does not exist.",
    "Name a suite by its path or its name.",
  ),
  "release/unknown-deployment": error(
    "A manifest names a deployment that no target of a release makes.",
    "Name the alias of a deployment target, or add one.",
  ),
  "release/unknown-target": error(
    "`dependsOn` names a target that does not exist.",
    "Name the `id` of a target of this manifest.",
  ),
  "release/unbound": error(
    "A target points to a prompt or a route that the manifest does not bind.",
    "Add it to `prompts` or `routes` with its digest.",
  ),
  "release/stale-digest": error(
    "A digest is not that of the file as it is.",
    "Write the digest that the file has, or take the file back.",
  ),
  "release/no-runbook": error(
    "A manifest names no runbook.",
    "Add `runbook:` with a URL or a path of this repository that says what to do at night.",
  ),
  "release/unknown-runbook": warning(
    "A manifest names a runbook that does not exist.",
    "Write a URL, or a path from the root of this repository.",
  ),
  "release/no-content-filter": error(
    "A deployment names no content filter.",
    "Add `contentFilter:` with the name of the account's policy, e.g. `Microsoft.DefaultV2`.",
  ),
  "release/no-watch-rules": error(
    "A manifest has no watch rules: nothing would tell that the release is bad.",
    "Add `watch: { rules: [{ id: errors, metric: errorRatio, against: sameHour }, { id: throttled, metric: throttledRatio, against: sameHour, ratio: 1.5, floor: 0.01 }, { id: blocked, metric: safetyBlockedRatio, against: sameHour, ratio: 1.5, floor: 0.005 }, { id: slow, metric: latencyP95Ms, against: sameHour, ratio: 1.25 }, { id: cost, metric: costNanoUsdPerRequest, against: sameHour, ratio: 1.25 }] }`.",
  ),
  "release/dependency-cycle": error(
    "Targets depend on one another in a circle.",
    "Remove one `dependsOn` of the circle.",
  ),
  "release/duplicate-target": error(
    "Two targets of a manifest have the same id.",
    "Give each target an id of its own.",
  ),
  "release/duplicate-alias": error(
    "Two targets flip the same alias.",
    "Keep one of them, or give the other an alias of its own.",
  ),
  "release/bad-version": error(
    "A version is not exact, or a deployment's name is not `{alias}--v{n}`.",
    "Write the exact version; name a deployment by its alias, `--v` and a number.",
  ),
  "release/version-edited": error(
    "A versioned deployment changed and kept its name: nobody could go back to what it was.",
    "Give the changed deployment the next number.",
  ),
  "release/version-not-raised": warning(
    "A deployment goes back to a lower number.",
    "Roll back with `assay release rollback`, or take the next number.",
  ),
  "release/secret": error("A manifest holds a secret.", "Remove it, and rotate it: it is in the history."),
  "release/possible-secret": warning("A manifest may hold a secret.", "Remove it if it is one, and rotate it."),
} as const satisfies Record<string, LintRule>;
