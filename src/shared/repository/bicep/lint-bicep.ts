import { createFinding, type Finding, type Position } from "../finding.ts";
import type { LintCode } from "../lint-rules.ts";
import { readText } from "../read-text.ts";
import { versionedName } from "../release-target.ts";
import { hole } from "./bicep-tokens.ts";
import { lintKeys } from "./lint-keys.ts";
import { entryOf, lookUp, resolve, type Span, textOf } from "./look-up.ts";
import { type BicepFile, type BicepResource, readBicep } from "./read-bicep.ts";

const account = "microsoft.cognitiveservices/accounts";
const deployment = `${account}/deployments`;

/** What is to be mended in a `foundry/**\/*.bicep`. Never throws for what is in it. */
export function lintBicep(path: string, bytes: Uint8Array): Finding[] {
  const read = readText(path, bytes);
  if ("finding" in read) return [read.finding];
  const file = readBicep(read.text);
  const place = placesOf(read.text);
  const look: Look = {
    file,
    tell: (code, { at, end }, message, fix) =>
      createFinding(code, { path, ...place(at, Math.min(end, at + 200)) }, message, fix),
  };
  return [
    ...resourcesOf(file.resources).flatMap((resource) => {
      if (resource.existing) return [];
      if (resource.type === deployment) return lintDeployment(resource, look);
      return resource.type === account ? lintAccount(resource, look) : [];
    }),
    ...lintKeys(file, look.tell),
  ];
}

interface Look {
  file: BicepFile;
  tell(code: LintCode, at: Span, message: string, fix?: string): Finding;
}

function resourcesOf(resources: readonly BicepResource[]): BicepResource[] {
  return resources.flatMap((resource) => [resource, ...resourcesOf(resource.body.resources)]);
}

function lintDeployment(resource: BicepResource, look: Look): Finding[] {
  const { name } = resource;
  const asked = (path: string[], ...rule: [LintCode, (text: string) => string | undefined, string]) =>
    lintText(resource, path, look, ...rule);
  return [
    ...lintName(resource, look),
    ...asked(
      ["properties", "model", "version"],
      "foundry/model-version",
      (text) => (isExact(text) ? undefined : `\`${name}\` has no exact model version: \`${text}\`.`),
      `\`${name}\` says no model version.`,
    ),
    ...asked(
      ["properties", "versionUpgradeOption"],
      "foundry/auto-upgrade",
      (text) => (text === "NoAutoUpgrade" ? undefined : `\`${name}\` is upgraded by itself: \`${text}\`.`),
      `\`${name}\` is upgraded by itself: it says no \`versionUpgradeOption\`.`,
    ),
    ...asked(
      ["properties", "raiPolicyName"],
      "foundry/content-filter",
      (text) => (text.trim() === "" ? `\`${name}\` names no content filter.` : undefined),
      `\`${name}\` names no content filter.`,
    ),
    ...lintTags(resource, look),
  ];
}

function isExact(version: string): boolean {
  return /\d/.test(version) && /^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(version) && !/latest|auto|default/i.test(version);
}

/** A text at a path of keys: what is missing, wrong, or only known when it is deployed. */
function lintText(
  resource: BicepResource,
  path: readonly string[],
  look: Look,
  code: LintCode,
  wrong: (text: string) => string | undefined,
  missing: string,
): Finding[] {
  const { value, near } = lookUp(resource, path, look.file);
  if (!value) return [look.tell(code, near, missing)];
  const text = textOf(value, look.file);
  if (text === undefined || text.includes(hole)) return [undecided(resource, path.join("."), value, look)];
  const problem = wrong(text);
  return problem === undefined ? [] : [look.tell(code, value, problem)];
}

/** `'chat--v42'`, also behind the account's name; a number that is put in later counts. */
function lintName(resource: BicepResource, look: Look): Finding[] {
  const { value, near } = lookUp(resource, ["name"], look.file);
  if (!value) return [look.tell("foundry/unversioned-name", near, `\`${resource.name}\` has no name.`)];
  const text = textOf(value, look.file);
  if (text === undefined) return [undecided(resource, "name", value, look)];
  const own = text.slice(text.lastIndexOf("/") + 1);
  if (versionedName(own) || new RegExp(`--v${hole}$`).test(own)) return [];
  if (own.includes(hole)) return [undecided(resource, "name", value, look)];
  return [
    look.tell(
      "foundry/unversioned-name",
      value,
      `\`${own}\` is not \`{alias}--v{n}\`.`,
      `Write \`${own.replace(/-*v?\d*$/, "") || "chat"}--v1\`, or the next number.`,
    ),
  ];
}

/** What a rollback, and whoever cleans up, has to know of a deployment. */
const rollbackTags = ["assay-release", "assay-alias", "assay-owner"] as const;

function lintTags(resource: BicepResource, look: Look): Finding[] {
  const { value, near } = lookUp(resource, ["tags"], look.file);
  if (value && value.kind !== "object") return [undecided(resource, "tags", value, look)];
  const name = textOf(lookUp(resource, ["name"], look.file).value, look.file) ?? "";
  const first = versionedName(name.slice(name.lastIndexOf("/") + 1))?.n === 1;
  const wanted = [...rollbackTags, ...(first ? [] : ["assay-prev"])];
  const said = wanted.map((tag) => ({ tag, at: value && entryOf(value, tag, look.file) }));
  const missing = said.filter(({ at }) => !at || textOf(at, look.file)?.trim() === "").map(({ tag }) => tag);
  // One of them may be in what only a deployment would know.
  const taken = said.find(
    ({ at }) =>
      at && value?.spreads.some((spread) => spread.at === at.at) && resolve(at, look.file).kind === "expression",
  );
  if (taken?.at) return [undecided(resource, `tags.${taken.tag}`, taken.at, look)];
  if (missing.length === 0) return [];
  const list = missing.map((tag) => `\`${tag}\``).join(", ");
  return [look.tell("foundry/rollback-tags", value ?? near, `\`${resource.name}\` lacks the tags ${list}.`)];
}

function lintAccount(resource: BicepResource, look: Look): Finding[] {
  const { value, near } = lookUp(resource, ["properties", "disableLocalAuth"], look.file);
  const flag = value && resolve(value, look.file);
  const keys =
    flag?.kind === "word" && flag.text === "true"
      ? []
      : flag?.kind === "expression" || (flag?.kind === "word" && flag.text !== "false")
        ? [undecided(resource, "properties.disableLocalAuth", flag, look)]
        : [look.tell("foundry/keys", value ?? near, `\`${resource.name}\` can be called with keys.`)];
  return [
    ...lintText(
      resource,
      ["identity", "type"],
      look,
      "foundry/no-identity",
      (text) => (/Assigned/.test(text) ? undefined : `\`${resource.name}\` has no managed identity: \`${text}\`.`),
      `\`${resource.name}\` has no managed identity.`,
    ),
    ...keys,
  ];
}

function undecided({ name }: BicepResource, key: string, at: Span, { tell }: Look): Finding {
  return tell("foundry/undecided", at, `What \`${key}\` of \`${name}\` is can only be told when it is deployed.`);
}

/** Lines and columns of offsets; a file is looked through once. */
function placesOf(text: string): (at: number, end: number) => Position {
  const starts = [0];
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  const placeOf = (at: number) => {
    let [low, high] = [0, starts.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] ?? 0) <= at) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: at - (starts[low] ?? 0) + 1 };
  };
  return (at, end) => {
    const [from, to] = [placeOf(at), placeOf(end)];
    return end > at ? { ...from, endLine: to.line, endColumn: to.column } : from;
  };
}
