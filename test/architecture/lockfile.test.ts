import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";

interface Locked {
  optionalDependencies?: Record<string, string>;
  os?: string[];
  cpu?: string[];
  resolved?: string;
}

const lock: { packages: Record<string, Locked> } = JSON.parse(
  readFileSync(path.resolve(import.meta.dirname, "../../package-lock.json"), "utf8"),
);
const packages = Object.entries(lock.packages);

// npm leaves out what does not fit the machine that made the lockfile, and then `npm ci` fails on the others
// [npm/cli issue 4828].
test("the lockfile holds the optional packages of every platform", () => {
  const wanted = packages.flatMap(([at, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).map((name) => ({ at, name })),
  );
  expect(wanted.length).toBeGreaterThan(30);
  const missing = wanted.filter(
    ({ at, name }) => !lock.packages[`node_modules/${name}`] && !lock.packages[`${at}/node_modules/${name}`],
  );
  expect(missing).toEqual([]);
});

test.each(["darwin arm64", "darwin x64", "win32 x64", "linux x64", "linux arm64"])(
  "the tools have a build for %s",
  (at) => {
    const [os = "", cpu = ""] = at.split(" ");
    const names = packages.filter(([, own]) => own.os?.includes(os) && own.cpu?.includes(cpu)).map(([name]) => name);
    for (const tool of ["biome", "rolldown", "typescript"])
      expect(
        names.some((name) => name.includes(`@${tool}`)),
        tool,
      ).toBe(true);
  },
);

test("every package comes from the public registry", () => {
  const from = packages.flatMap(([, { resolved }]) => resolved ?? []);
  expect(from.filter((url) => !url.startsWith("https://registry.npmjs.org/"))).toEqual([]);
});
