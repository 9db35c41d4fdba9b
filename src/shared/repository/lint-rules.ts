import { foundryRules } from "./foundry-rules.ts";
import { error, type LintRule, warning } from "./lint-rule.ts";
import { releaseRules } from "./release-rules.ts";

const files = {
  "file/too-large": error(
    "A file is larger than its kind may be.",
    "Split the file, or move cases into JSONL datasets.",
  ),
  "file/not-utf8": error("A file is not UTF-8 text.", "Save the file as UTF-8."),
  "file/symlink": error("A file of the AI repository is a symbolic link.", "Commit the file itself instead of a link."),
  "file/submodule": error("A folder of the AI repository is a submodule.", "Commit the files themselves."),
  "file/too-many": error("There are more files of one kind than are read.", "Split the repository."),
  "file/outside": error(
    "A reference leads out of the repository.",
    "Name a file of this repository, relative to the file that refers to it.",
  ),
  "file/not-found": error("A referenced file does not exist.", "Correct the path or commit the file."),
  "yaml/syntax": error("The YAML cannot be read.", "Correct the YAML at this place."),
  "yaml/duplicate-key": error("A key is written twice.", "Keep one of the two."),
  "yaml/alias": error(
    "The YAML repeats itself through aliases too often.",
    "Write the values out instead of using aliases.",
  ),
  "yaml/unsafe-key": error("A key has a name that JavaScript treats specially.", "Rename the key."),
  "yaml/too-deep": error("Values are nested too deeply.", "Flatten the value."),
  "json/syntax": error("The JSON cannot be read.", "Correct the JSON."),
} as const satisfies Record<string, LintRule>;

const prompts = {
  "prompt/no-front-matter": error(
    "A prompt does not start with front matter.",
    "Start the file with ---, the front matter and --- again.",
  ),
  "prompt/front-matter-language": error(
    "Front matter is not YAML.",
    "Use --- alone on its line; front matter is YAML and nothing in it is run.",
  ),
  "prompt/missing-schema": error(
    "A file in prompts/ does not say that it is a prompt.",
    "Add `schema: assay/prompt/v1`.",
  ),
  "prompt/invalid": error("The front matter does not fit assay/prompt/v1.", "Correct the value."),
  "prompt/unknown-key": error(
    "The front matter has a key that assay/prompt/v1 does not know.",
    "Remove the key, or put it under `metadata`.",
  ),
  "prompt/missing-model": error(
    "A prompt does not say which model it runs on.",
    "Add `model: DEPLOYMENT`, `model: DEPLOYMENT@VERSION`, or `route: NAME` with a file in routing/.",
  ),
  "prompt/model-and-route": warning("A prompt names a model and a route.", "Remove `model`, or remove `route`."),
  "prompt/unknown-route": error(
    "A prompt names a route that does not exist.",
    "Name a route by its `name`, or add it.",
  ),
  "prompt/body-too-large": error(
    "A prompt's body is larger than 256 KB.",
    "Shorten the body; long material belongs into inputs.",
  ),
  "prompt/control-character": error(
    "A prompt holds a NUL or another control character.",
    "Remove it; tab and line end are the only ones that are text.",
  ),
  "prompt/empty-body": error("A prompt has no text.", "Write the messages below the front matter."),
  "prompt/empty-message": error("A role marker has no text below it.", "Write the message, or remove the marker."),
  "prompt/system-not-first": error("`system` is not the first message.", "Move the system text to the top, once."),
  "prompt/no-user-message": warning("A prompt has no user message.", "Add a line `user:` and the message below it."),
  "prompt/role-look-alike": warning(
    "A line looks like a role marker and is none.",
    "Write `system:`, `user:` or `assistant:` alone on its line, in lower case.",
  ),
  "prompt/template-syntax": error(
    "A template uses more than {{name}}.",
    "Use {{name}} alone; write \\{{ for two literal braces.",
  ),
  "prompt/unknown-placeholder": error("A placeholder is not a declared input.", "Declare it under `inputs`."),
  "prompt/unused-input": warning(
    "A declared input is not used in any message.",
    "Use it as {{name}}, or remove it from `inputs`.",
  ),
  "prompt/name-not-stem": error("A prompt's name is not its file's name.", "Make `name` and the file name the same."),
  "prompt/duplicate-name": error("Two prompts have the same name.", "Rename one of them, with its file."),
  "prompt/unknown-suite": error(
    "A prompt refers to a suite that does not exist.",
    "Name a suite by its path (evals/NAME.yaml) or its name.",
  ),
  "prompt/not-covered": error(
    "No suite with thresholds covers a prompt.",
    "Add the prompt's name to a suite's `prompts`.",
  ),
  "prompt/secret": error("A prompt holds a secret.", "Remove it, and rotate it: it is in the history."),
  "prompt/possible-secret": warning("A prompt may hold a secret.", "Remove it if it is one, and rotate it."),
  "prompt/leaked-case": warning(
    "Text of a case stands verbatim in the prompt that it tests.",
    "Remove the text from the prompt, or the case from the suite.",
  ),
  "prompt/other-model": warning(
    "Another model answered than the version that a prompt pins.",
    "Deploy that version, or pin the one that the deployment serves: a request names the deployment alone.",
  ),
  "prompt/version-not-bumped": warning("A prompt changed and its version did not change enough.", "Raise `version`."),
} as const satisfies Record<string, LintRule>;

const suites = {
  "suite/missing-schema": error(
    "A YAML file in evals/ is neither a suite nor a dataset of one.",
    "Add `schema: assay/suite/v1`, or name the file in a suite's `datasets`.",
  ),
  "suite/invalid": error("The file does not fit assay/suite/v1.", "Correct the value."),
  "suite/unknown-key": error(
    "A suite has a key that assay/suite/v1 does not know.",
    "Remove the key, or put it under `metadata`.",
  ),
  "suite/duplicate-name": error("Two suites have the same name.", "Rename one of them."),
  "suite/unknown-prompt": error("A suite tests a prompt that does not exist.", "Name a prompt by its `name`."),
  "suite/unknown-evaluator": error(
    "A suite uses an evaluator that does not exist.",
    "Use one of the known evaluators.",
  ),
  "suite/duplicate-metric": error(
    "Two metrics of a suite have the same name.",
    "Give one of them a `name` of its own.",
  ),
  "suite/primary": error("A suite has not exactly one primary metric.", "Write `primary: true` at one evaluator."),
  "suite/threshold-range": error("A threshold is outside of what the metric can be.", "Use a value from 0 to 1."),
  "suite/margin-auto": warning("A blocking metric's margin is still `auto`.", "Run `assay margin SUITE`."),
  "suite/margin-unreachable": warning(
    "A suite has too few cases for a margin that it declares.",
    "Add cases, or declare a wider margin.",
  ),
  "suite/unknown-must-pass": error("`mustPass` names a case that does not exist.", "Correct the id, or remove it."),
  "suite/unknown-segment": warning(
    "`segmentBy` names a dimension that no case has.",
    "Add it to the cases' `segments`, or remove it.",
  ),
} as const satisfies Record<string, LintRule>;

const cases = {
  "dataset/empty": error("A dataset has no cases.", "Add at least one case."),
  "dataset/format": error("A dataset has a format that is not read.", "Use .jsonl, .csv, .json, .yaml or .yml."),
  "dataset/invalid-row": error("A row of a dataset is not a case.", "Correct the row."),
  "dataset/unknown-key": warning(
    "A row with `inputs` has a key that is not read.",
    "Move it into `inputs`, or remove it.",
  ),
  "dataset/duplicate-id": error("Two cases of a suite have the same id.", "Give each case an id of its own."),
  "dataset/too-many-cases": error("A suite has more cases than are run.", "Split the suite."),
  "case/input": error(
    "A case does not fit the inputs of a prompt that it tests.",
    "Correct the case's inputs, or the prompt's `inputs`.",
  ),
  "case/unused-input": warning(
    "A case gives an input that no prompt of its suite declares.",
    "Remove it, or declare it in the prompt.",
  ),
  "case/no-expected": warning(
    "A case has no `expected`, others of its suite have, and a metric compares with it.",
    "Write `expected`, or move the case to a suite whose metrics do without.",
  ),
  "case/near-duplicate": warning(
    "Two cases differ in digits, letter case, punctuation or a few words only.",
    "Keep one, or give both the same `cluster`.",
  ),
  "case/secret": error("A suite or a dataset holds a secret.", "Remove it, and rotate it: it is in the history."),
  "case/possible-secret": warning("A suite or a dataset may hold a secret.", "Remove it if it is one, and rotate it."),
} as const satisfies Record<string, LintRule>;

const labels = {
  "label/invalid-row": error(
    "A row in labels/ is no label.",
    "Write `sample` (the sample's digest) and `label` (true, false or a score).",
  ),
} as const satisfies Record<string, LintRule>;

const policy = {
  "policy/invalid": error("assay.yaml does not fit assay/policy/v1.", "Correct the value."),
  "policy/unknown-key": error("assay.yaml has a key that assay/policy/v1 does not know.", "Remove the key."),
  "policy/unknown-suite": error("A required suite does not exist.", "Correct the name, or add the suite."),
} as const satisfies Record<string, LintRule>;

const routes = {
  "route/missing-schema": error("A YAML file in routing/ is no route.", "Add `schema: assay/routes/v1`."),
  "route/invalid": error("The file does not fit assay/routes/v1.", "Correct the value."),
  "route/unknown-key": error(
    "A route has a field or an operator that assay/routes/v1 does not know.",
    "Correct the name, or remove it; what nothing reads belongs under `metadata`.",
  ),
  "route/name-not-stem": error("A route's name is not its file's name.", "Make `name` and the file name the same."),
  "route/duplicate-name": error("Two routes have the same name.", "Rename one of them, with its file."),
  "route/duplicate-rule": error("Two rules of a route have the same id.", "Give each rule an id of its own."),
  "route/unreachable-rule": error("No request can fulfil a rule's conditions.", "Correct `when`, or remove the rule."),
  "route/shadowed-rule": error(
    "Earlier rules take every request that a rule is for.",
    "Move the rule up, narrow the earlier ones, or remove it.",
  ),
  "route/undecided": error(
    "The rules name so many values that nobody can tell which of them are reached.",
    "Split the route, or name fewer values.",
  ),
  "route/unknown-target": error("A rule names a target that does not exist.", "Declare it under `targets`."),
  "route/unused-target": warning("A target is named by no rule.", "Remove it, or send requests to it."),
  "route/duplicate-target": warning(
    "A rule lists a target twice, so that its weights are added up.",
    "Keep one entry, with the weight of both.",
  ),
  "route/zero-weights": error("All weights of a rule are 0.", "Give one target a weight above 0."),
  "route/fallback-loop": error(
    "A fallback leads back to a target that was tried already.",
    "Name another target, or remove the entry.",
  ),
  "route/expired-rule": error(
    "A rule's day has come; it keeps routing until somebody decides.",
    "Move `expires` with new evidence, or remove the rule.",
  ),
  "route/no-evidence": warning("A rule names no eval run that speaks for it.", "Add run ids to `evidence`."),
  "route/smaller-context-window": error(
    "A target's context window is smaller than what can be sent to it.",
    "Name a target with a larger window, or use this one in a rule with `promptTokens: { below: … }`.",
  ),
  "route/data-residency": error(
    "A target does not lie in a data zone that its rule allows.",
    "Name a target in an allowed zone, or say the target's `dataZone`.",
  ),
  "route/no-price": warning(
    "The price book has no price for a target, so that its cost is unknown.",
    "Correct `model` and `version`, or add the model's price.",
  ),
  "route/secret": error("A route holds a secret.", "Remove it, and rotate it: it is in the history."),
  "route/possible-secret": warning("A route may hold a secret.", "Remove it if it is one, and rotate it."),
} as const satisfies Record<string, LintRule>;

/** Every rule by its code. */
export const lintRules = {
  ...files,
  ...prompts,
  ...suites,
  ...cases,
  ...labels,
  ...routes,
  ...releaseRules,
  ...foundryRules,
  ...policy,
} as const satisfies Record<string, LintRule>;
export type LintCode = keyof typeof lintRules;
