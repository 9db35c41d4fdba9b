import type { AiRepository } from "./ai-repository.ts";
import { refersTo, unreadSuite } from "./coverage.ts";
import { createFinding, type Finding } from "./finding.ts";
import { lintReleaseTargets } from "./lint-release-targets.ts";
import type { ReleaseManifest } from "./release.ts";
import { staleDigest } from "./stale-digest.ts";

/** What a manifest names that is not there, or is not what it was, and what it lacks to be promoted. */
export function lintReleases(repository: AiRepository): Finding[] {
  return repository.releases.flatMap((release) => {
    // Told of both: whichever a change brings, it would be a guess which of them is meant.
    const other = repository.releases.find((one) => one !== release && one.name === release.name);
    return [
      ...lintName(release, other?.path),
      ...lintBound(release, "prompts", repository),
      ...lintBound(release, "routes", repository),
      ...lintSmoke(release, repository),
      ...lintReleaseTargets(release, repository),
      ...lintNeeded(release),
    ];
  });
}

function lintName({ name, path, positions }: ReleaseManifest, other: string | undefined): Finding[] {
  const at = { path, ...positions.name };
  const stem = path.slice(path.lastIndexOf("/") + 1).replace(/\.ya?ml$/, "");
  const fix = `Write \`name: ${stem}\`, or rename the file to ${name}.yaml.`;
  const message = `The release is named \`${name}\`, and its file ${stem}.`;
  return [
    ...(name === stem ? [] : [createFinding("release/name-not-stem", at, message, fix)]),
    ...(other ? [createFinding("release/duplicate-name", at, `${other} is named \`${name}\` too.`)] : []),
  ];
}

function lintBound(release: ReleaseManifest, kind: "prompts" | "routes", repository: AiRepository): Finding[] {
  const digests = boundDigests(repository)[kind];
  return release[kind].flatMap(({ name, digest }, index) => {
    const at = (key: string) => ({ path: release.path, ...release.positions[`${kind}.${index}.${key}`] });
    const is = digests.get(name);
    if (is !== undefined) return is === digest ? [] : [staleDigest(at("digest"), `\`${name.slice(0, 100)}\``, is)];
    const code = kind === "prompts" ? "release/unknown-prompt" : "release/unknown-route";
    const one = kind === "prompts" ? "prompt" : "route";
    return [createFinding(code, at("name"), `There is no ${one} \`${name.slice(0, 100)}\`.`)];
  });
}

/** What prompts and routes are bound by. */
export function boundDigests({ prompts, routes }: Pick<AiRepository, "prompts" | "routes">): {
  prompts: Map<string, string>;
  routes: Map<string, string>;
} {
  return {
    prompts: new Map(prompts.map(({ name, contentDigest }) => [name, contentDigest])),
    routes: new Map(routes.map(({ name, digest }) => [name, digest])),
  };
}

function lintSmoke({ smoke, path, positions }: ReleaseManifest, repository: AiRepository): Finding[] {
  return (smoke?.suites ?? []).flatMap((name, index) => {
    if (repository.suites.some((suite) => refersTo(name, suite))) return [];
    const unread = unreadSuite(repository, name);
    const message = unread ? `The suite ${unread} cannot be read.` : `There is no suite \`${name.slice(0, 120)}\`.`;
    const at = { path, ...positions[`smoke.suites.${index}`] };
    return [createFinding("release/unknown-suite", at, message, unread ? `Mend ${unread} first.` : undefined)];
  });
}

function lintNeeded({ name, path, positions, runbook, watch }: ReleaseManifest): Finding[] {
  const at = (key: string) => ({ path, ...(positions[key] ?? positions.name) });
  return [
    ...(runbook === undefined ? [createFinding("release/no-runbook", at("name"), `\`${name}\` has no runbook.`)] : []),
    ...(watch.rules.length === 0
      ? [createFinding("release/no-watch-rules", at("watch"), `\`${name}\` has no watch rules.`)]
      : []),
  ];
}
