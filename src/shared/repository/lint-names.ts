import type { AiRepository } from "./ai-repository.ts";
import { matchesGlob, refersTo, unreadPrompt, unreadSuite } from "./coverage.ts";
import { createFinding, type Finding } from "./finding.ts";
import { policyPath } from "./select-files.ts";

/** Names: of prompts and their files, of suites, and of each in the other. */
export function lintNames(repository: AiRepository): Finding[] {
  const { prompts, suites, policy } = repository;
  const findings: Finding[] = [];
  const promptPaths = pathsByName(prompts);
  for (const prompt of prompts) {
    const at = { path: prompt.path, ...prompt.positions.name };
    const stem = prompt.path.slice(prompt.path.lastIndexOf("/") + 1, -".prompt.md".length);
    if (prompt.name !== stem) {
      const fix = `Write \`name: ${stem}\`, or rename the file to ${prompt.name}.prompt.md.`;
      findings.push(
        createFinding("prompt/name-not-stem", at, `The prompt is named \`${prompt.name}\`, and its file ${stem}.`, fix),
      );
    }
    const other = promptPaths.get(prompt.name)?.find((path) => path !== prompt.path);
    if (other) findings.push(createFinding("prompt/duplicate-name", at, `${other} is named \`${prompt.name}\` too.`));
    for (const [index, { suite }] of prompt.evals.entries()) {
      if (suites.some((candidate) => refersTo(suite, candidate))) continue;
      const place = prompt.positions[`evals.${index}.suite`] ?? prompt.positions[`evals.${index}`];
      const unread = unreadSuite(repository, suite);
      const message = unread ? `The suite ${unread} cannot be read.` : `There is no suite \`${suite.slice(0, 120)}\`.`;
      const fix = unread ? `Mend ${unread} first.` : undefined;
      findings.push(createFinding("prompt/unknown-suite", { path: prompt.path, ...place }, message, fix));
    }
  }
  const suitePaths = pathsByName(suites);
  for (const suite of suites) {
    const other = suitePaths.get(suite.name)?.find((path) => path !== suite.path);
    const at = { path: suite.path, ...suite.positions.name };
    if (other) findings.push(createFinding("suite/duplicate-name", at, `${other} is named \`${suite.name}\` too.`));
    for (const [index, name] of suite.prompts.entries()) {
      if (promptPaths.has(name)) continue;
      const place = { path: suite.path, ...suite.positions[`prompts.${index}`] };
      const unread = unreadPrompt(repository, name);
      const message = unread ? `The prompt ${unread} cannot be read.` : `There is no prompt \`${name.slice(0, 120)}\`.`;
      const fix = unread ? `Mend ${unread} first.` : undefined;
      findings.push(createFinding("suite/unknown-prompt", place, message, fix));
    }
  }
  for (const glob of policy?.required.flatMap((rule) => rule.suites) ?? []) {
    if (suites.some(({ name }) => matchesGlob(glob, name))) continue;
    findings.push(
      createFinding(
        "policy/unknown-suite",
        { path: policyPath },
        `No suite matches \`${glob}\`, which \`required\` names.`,
      ),
    );
  }
  return findings;
}

/** Two of one name are told of both: whichever a change brings, it would be a guess which of them is meant. */
function pathsByName(files: readonly { name: string; path: string }[]): Map<string, string[]> {
  const paths = new Map<string, string[]>();
  for (const { name, path } of files) {
    const known = paths.get(name);
    if (known) known.push(path);
    else paths.set(name, [path]);
  }
  return paths;
}
