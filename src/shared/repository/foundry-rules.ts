import { error, type LintRule, warning } from "./lint-rule.ts";

/** What can be wrong in `foundry/**\/*.bicep`. */
export const foundryRules = {
  "foundry/model-version": error(
    "A deployment says no exact model version.",
    "Write `version:` as Azure lists it, e.g. '2025-04-14'.",
  ),
  "foundry/auto-upgrade": error(
    "A deployment is upgraded to another model version by itself.",
    "Write `versionUpgradeOption: 'NoAutoUpgrade'`.",
  ),
  "foundry/content-filter": error("A deployment names no content filter.", "Write `raiPolicyName:` with its name."),
  "foundry/rollback-tags": error(
    "A deployment lacks tags that say what it belongs to and what it took over from.",
    "Add them under `tags:`; `assay-prev` is the deployment before it.",
  ),
  "foundry/unversioned-name": error(
    "A deployment's name is not `{alias}--v{n}`, so that its next version would overwrite it.",
    "Name it by its alias, `--v` and a number.",
  ),
  "foundry/no-identity": error("An account has no managed identity.", "Write `identity: { type: 'SystemAssigned' }`."),
  "foundry/keys": error("Keys are used or allowed.", "Write `disableLocalAuth: true`, and call with an identity."),
  "foundry/undecided": warning(
    "A value can only be told when the file is deployed, so that nobody can look at it here.",
    "Write it out, or as a `var` of this file.",
  ),
  "foundry/secret": error("A Bicep file holds a secret.", "Remove it, and rotate it: it is in the history."),
  "foundry/possible-secret": warning("A Bicep file may hold a secret.", "Remove it if it is one, and rotate it."),
} as const satisfies Record<string, LintRule>;
