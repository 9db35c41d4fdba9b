import type { AiRepository } from "./ai-repository.ts";
import { createFinding, type Finding } from "./finding.ts";

/** Names of routes: of their files, of one another, and in prompts. What a route does is `routing`'s to judge. */
export function lintRoutes({ prompts, routes }: Pick<AiRepository, "prompts" | "routes">): Finding[] {
  const names = new Set(routes.map(({ name }) => name));
  const findings = routes.flatMap((route) => {
    const at = { path: route.path, ...route.positions.name };
    const stem = route.path.slice(route.path.lastIndexOf("/") + 1).replace(/\.ya?ml$/, "");
    // Told of both: whichever a change brings, it would be a guess which of them is meant.
    const other = routes.find((one) => one !== route && one.name === route.name);
    const fix = `Write \`name: ${stem}\`, or rename the file to ${route.name}.yaml.`;
    return [
      ...(route.name === stem
        ? []
        : [
            createFinding(
              "route/name-not-stem",
              at,
              `The route is named \`${route.name}\`, and its file ${stem}.`,
              fix,
            ),
          ]),
      ...(other ? [createFinding("route/duplicate-name", at, `${other.path} is named \`${route.name}\` too.`)] : []),
    ];
  });
  const unknown = prompts.flatMap(({ route, path, positions }) => {
    if (route === undefined || names.has(route)) return [];
    const known = [...names].sort().slice(0, 8).join(", ");
    const mend = `Add routing/${route}.yaml with \`name: ${route}\`${known ? `, or name one of: ${known}` : ", or name a `model` instead"}.`;
    return [
      createFinding("prompt/unknown-route", { path, ...positions.route }, `There is no route \`${route}\`.`, mend),
    ];
  });
  return [...findings, ...unknown];
}
