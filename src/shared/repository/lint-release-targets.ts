import type { AiRepository } from "./ai-repository.ts";
import { createFinding, type Finding } from "./finding.ts";
import { flipOrder } from "./flip-order.ts";
import type { LintCode } from "./lint-rules.ts";
import type { ReleaseManifest } from "./release.ts";
import { type ReleaseTarget, versionedName } from "./release-target.ts";
import { staleDigest } from "./stale-digest.ts";

/** The targets of a manifest: what they flip, in which order, and whether their versions are exact. */
export function lintReleaseTargets(release: ReleaseManifest, repository: AiRepository): Finding[] {
  const seen = { ids: new Set<string>(), aliases: new Map<string, string>() };
  const { circle } = flipOrder(release.targets);
  const each = release.targets.flatMap((target, index) => {
    const at: Place = (key) => ({
      path: release.path,
      ...(release.positions[`targets.${index}.${key}`] ?? release.positions[`targets.${index}`]),
    });
    const alias = JSON.stringify([kindOf(target), target.endpoint, target.alias]);
    const twice = seen.aliases.get(alias);
    const findings = [
      ...(seen.ids.has(target.id) ? [createFinding("release/duplicate-target", at("id"), sameId(target))] : []),
      ...(twice === undefined
        ? []
        : [createFinding("release/duplicate-alias", at("alias"), `\`${twice}\` flips \`${target.alias}\` too.`)]),
      ...lintDependencies(target, release, at),
      ...(circle[0] === target ? [createFinding("release/dependency-cycle", at("dependsOn"), circleText(circle))] : []),
      ...lintVersion(target, at),
      ...lintFilter(target, at),
      ...lintPointer(target, release, repository, at),
    ];
    seen.ids.add(target.id);
    seen.aliases.set(alias, twice ?? target.id);
    return findings;
  });
  return [...each, ...lintTwins(release, repository)];
}

type Place = (key: string) => { path: string; line?: number; column?: number };

/** An in-place change and a flip of the alias move the same callers. */
function kindOf({ kind }: ReleaseTarget): string {
  return kind === "inPlace" ? "deployment" : kind;
}

function sameId({ id }: ReleaseTarget): string {
  return `Two targets have the id \`${id}\`.`;
}

function circleText(circle: readonly ReleaseTarget[]): string {
  const ids = circle.slice(0, 8).map(({ id }) => `\`${id}\``);
  return circle.length === 1 ? `${ids[0]} depends on itself.` : `${ids.join(", ")} depend on one another in a circle.`;
}

function lintDependencies(target: ReleaseTarget, { targets }: ReleaseManifest, at: Place): Finding[] {
  return target.dependsOn.flatMap((id, index) => {
    if (targets.some((other) => other.id === id)) return [];
    const known = targets.map((other) => other.id).slice(0, 8);
    const fix = `Name one of: ${known.join(", ")}.`;
    return [createFinding("release/unknown-target", at(`dependsOn.${index}`), `There is no target \`${id}\`.`, fix)];
  });
}

function lintVersion(target: ReleaseTarget, at: Place): Finding[] {
  const bad = (key: string, message: string, fix: string) => [
    createFinding("release/bad-version", at(key), message, fix),
  ];
  if (target.kind === "agent") {
    const { version } = target.to;
    if (/^[1-9]\d{0,8}$/.test(version)) return [];
    return bad("to.version", `\`${version}\` is no version of an agent.`, 'Write its number in quotes, e.g. "7".');
  }
  if (target.kind !== "deployment" && target.kind !== "inPlace") return [];
  const { version, name } = target.to.model;
  const exact =
    /\d/.test(version) && /^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(version) && !/latest|auto|default/i.test(version);
  const fix = 'Write the version as Azure lists it, e.g. "2025-04-14".';
  const model = exact ? [] : bad("to.model.version", `\`${version}\` is no exact version of \`${name}\`.`, fix);
  if (target.kind === "inPlace") return model;
  const named = versionedName(target.to.deployment);
  if (named?.alias === target.alias) return model;
  const mend = `Write \`${target.alias}--v${named?.n ?? 1}\`, or the next number.`;
  const message = `\`${target.to.deployment}\` is not \`${target.alias}--v\` and a number.`;
  return [...model, ...bad("to.deployment", message, mend)];
}

function lintFilter(target: ReleaseTarget, at: Place): Finding[] {
  if (target.kind !== "deployment" && target.kind !== "inPlace") return [];
  if (target.to.contentFilter !== undefined) return [];
  return [createFinding("release/no-content-filter", at("to"), `\`${target.alias}\` names no content filter.`)];
}

/** What a target points to has to be bound by the manifest, or made by a release. */
function lintPointer(target: ReleaseTarget, release: ReleaseManifest, repository: AiRepository, at: Place): Finding[] {
  if (target.kind === "prompt" || target.kind === "route") {
    const [list, all, unknown] =
      target.kind === "prompt"
        ? ([release.prompts, repository.prompts, "release/unknown-prompt"] as const)
        : ([release.routes, repository.routes, "release/unknown-route"] as const);
    return lintContent(target, { bound: list, exists: all.some(({ name }) => name === target.alias), unknown, at });
  }
  if (target.kind !== "agent") return [];
  const { prompt, deployment } = target.to;
  return [
    ...(prompt === undefined || repository.prompts.some(({ name }) => name === prompt)
      ? []
      : [createFinding("release/unknown-prompt", at("to.prompt"), `There is no prompt \`${prompt}\`.`)]),
    ...(deployment === undefined || madeDeployments(repository).has(deployment)
      ? []
      : [createFinding("release/unknown-deployment", at("to.deployment"), `No release makes \`${deployment}\`.`)]),
  ];
}

interface Content {
  bound: readonly { name: string; digest: string }[];
  exists: boolean;
  unknown: LintCode;
  at: Place;
}

function lintContent(
  { kind, alias, to }: Extract<ReleaseTarget, { kind: "prompt" | "route" }>,
  { bound, exists, unknown, at }: Content,
): Finding[] {
  if (!exists) return [createFinding(unknown, at("alias"), `There is no ${kind} \`${alias}\`.`)];
  const one = bound.find(({ name }) => name === alias);
  if (!one) return [createFinding("release/unbound", at("alias"), `\`${alias}\` is not bound under \`${kind}s\`.`)];
  return one.digest === to.digest ? [] : [staleDigest(at("to.digest"), `\`${alias}\` under \`${kind}s\``, one.digest)];
}

/** Aliases and versioned names of deployments that the repository's releases make. */
function madeDeployments({ releases }: AiRepository): Set<string> {
  const targets = releases.flatMap((release) => release.targets);
  return new Set(
    targets.flatMap((target) => {
      if (target.kind === "deployment") return [target.alias, target.to.deployment];
      return target.kind === "inPlace" ? [target.alias] : [];
    }),
  );
}

/** Two releases of one stage that flip one alias would undo one another: told of both, for either may be what a change brings. */
function lintTwins(release: ReleaseManifest, { releases }: AiRepository): Finding[] {
  const others = releases.filter((one) => one !== release && one.stage === release.stage);
  return release.targets.flatMap((target, index) => {
    const same = (other: ReleaseTarget) =>
      kindOf(other) === kindOf(target) && other.alias === target.alias && other.endpoint === target.endpoint;
    const twin = others.find(({ targets }) => targets.some(same));
    if (!twin) return [];
    const at = { path: release.path, ...release.positions[`targets.${index}.alias`] };
    return [
      createFinding("release/duplicate-alias", at, `${twin.path} flips \`${target.alias}\` in ${release.stage} too.`),
    ];
  });
}
