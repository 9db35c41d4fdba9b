import { createFinding, type Finding, type Position } from "../finding.ts";
import type { LintCode } from "../lint-rules.ts";
import { readText } from "../read-text.ts";
import { versionedName } from "../release-target.ts";
import { hole } from "./bicep-tokens.ts";
import { type BicepFile, type BicepResource, type BicepValue, readBicep } from "./read-bicep.ts";

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
    ...lintKeys(look),
  ];
}

interface Span {
  at: number;
  end: number;
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
  const { value, near } = find(resource, path, look);
  if (!value) return [look.tell(code, near, missing)];
  const text = textOf(value, look);
  if (text === undefined || text.includes(hole)) return [undecided(resource, path.join("."), value, look)];
  const problem = wrong(text);
  return problem === undefined ? [] : [look.tell(code, value, problem)];
}

/** `'chat--v42'`, also behind the account's name; a number that is put in later counts. */
function lintName(resource: BicepResource, look: Look): Finding[] {
  const { value, near } = find(resource, ["name"], look);
  if (!value) return [look.tell("foundry/unversioned-name", near, `\`${resource.name}\` has no name.`)];
  const text = textOf(value, look);
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
  const { value, near } = find(resource, ["tags"], look);
  if (value && value.kind !== "object") return [undecided(resource, "tags", value, look)];
  const name = textOf(find(resource, ["name"], look).value, look) ?? "";
  const first = versionedName(name.slice(name.lastIndexOf("/") + 1))?.n === 1;
  const wanted = [...rollbackTags, ...(first ? [] : ["assay-prev"])];
  const missing = wanted.filter((tag) => !value?.entries.has(tag));
  if (missing.length === 0) return [];
  const list = missing.map((tag) => `\`${tag}\``).join(", ");
  return [look.tell("foundry/rollback-tags", value ?? near, `\`${resource.name}\` lacks the tags ${list}.`)];
}

function lintAccount(resource: BicepResource, look: Look): Finding[] {
  const { value, near } = find(resource, ["properties", "disableLocalAuth"], look);
  const flag = value && resolve(value, look);
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

/** Keys that are read out, or that a connection is made with. */
function lintKeys({ file: { tokens }, tell }: Look): Finding[] {
  return tokens.flatMap((token, index) => {
    if (token.kind === "text" || token.kind === "line" || token.kind === "mark") return [];
    const [next, value] = tokens.slice(index + 1, index + 3);
    if (/(?:^|\.)list(?:Account)?Keys$/i.test(token.text) && next?.kind === "mark" && next.text === "(")
      return [tell("foundry/keys", token, "Keys of an account are read out.")];
    const isKey = value?.kind === "text" && /^(?:ApiKey|AccountKey|AccessKey)$/i.test(value.text);
    return /^authType$/i.test(token.text) && next?.text === ":" && isKey
      ? [tell("foundry/keys", value, `A connection uses \`${value.text}\`.`)]
      : [];
  });
}

/** The value at a path of keys, or the nearest place above it. */
function find(resource: BicepResource, path: readonly string[], look: Look): { value?: BicepValue; near: Span } {
  let value: BicepValue = resource.body;
  let near: Span = { at: resource.at, end: resource.end };
  for (const key of path) {
    const holder = resolve(value, look);
    // What is made elsewhere may hold the key.
    if (holder.kind !== "object") return { value: holder, near };
    const inner = holder.entries.get(key);
    if (!inner) return { near };
    near = { at: inner.at, end: inner.at };
    value = inner;
  }
  return { value: resolve(value, look), near };
}

/** A name of a constant is what it stands for; constants of constants are followed a few steps. */
function resolve(value: BicepValue, { file: { constants } }: Look): BicepValue {
  let found = value;
  for (let steps = 0; steps < 8 && found.kind === "word"; steps++) {
    const constant = constants.get(found.text);
    if (!constant) return found;
    // The place that is shown is where it is used.
    found = { ...constant, at: value.at, end: value.end };
  }
  return found;
}

function textOf(value: BicepValue | undefined, look: Look): string | undefined {
  const found = value && resolve(value, look);
  return found?.kind === "text" ? found.text : undefined;
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
