import { expect, test } from "vitest";
import type { Proposal } from "../../../../src/shared/releases/overrides/override-route.ts";
import { proposeOverride } from "../../../../src/shared/releases/overrides/propose-override.ts";
import { routeFile, rule } from "../../routing/routes.ts";
import { manifest } from "../manifests.ts";

const path = "routing/chat.yaml";
const proposal = (target: string): Proposal => ({
  ...{ repositoryId: 9, repository: "acme/ai", path, branch: "assay/override-o-1", title: "t", body: "b" },
  override: {
    ...{ kind: "target", target, id: "o-1", reason: "slow", by: "ada" },
    ...{ at: "2026-11-21T10:00:00.000Z", until: "2026-11-21T12:00:00.000Z" },
  },
});

function host(text: string, more: Record<string, string> = {}) {
  const files: Record<string, string> = { [path]: text, ...more };
  const contents: string[] = [];
  const bodies: string[] = [];
  const proposals = {
    find: async () => undefined,
    base: async () => ({ branch: "main", commit: "c" }),
    content: async (written: string) => {
      contents.push(written);
      return "sha";
    },
    branch: async () => {},
    open: async ({ body }: { body: string }) => {
      bodies.push(body);
      return { link: "https://github.test/pull/7" };
    },
    before: async () => undefined,
  };
  const reader = {
    tree: async () => Object.keys(files).map((own) => ({ path: own, sha: own, type: "blob", mode: "100644", size: 1 })),
    blob: async (sha: string) => new TextEncoder().encode(files[sha]),
  };
  return { contents, bodies, proposals, reader: reader as never };
}
const now = new Date("2026-11-21T10:00:00Z");

test("asks to merge what the file does not say", async () => {
  const github = host(routeFile([rule("pro", "{ tier: pro }")]));
  expect(await proposeOverride(proposal("large"), github, now)).toBe("https://github.test/pull/7");
  expect(github.contents).toHaveLength(1);
});

test("asks nobody to merge what the file says already, however it is laid out", async () => {
  const github = host(routeFile([rule("pro", "{   tier:   pro }")], { pick: "large" }));
  expect(await proposeOverride(proposal("large"), github, now)).toBeUndefined();
  expect(github.contents).toEqual([]);
});

test("a route that a manifest releases is not permanent by its file alone, and the pull request says so", async () => {
  const text = routeFile([rule("pro", "{ tier: pro }")]);
  const target = (alias: string) =>
    manifest({ targets: `  - { id: r, kind: route, alias: ${alias}, to: { digest: ${"a".repeat(64)} } }\n` });
  const released = host(text, { "releases/chat.yaml": target("chat"), "releases/other.yaml": target("other") });
  await proposeOverride(proposal("large"), released, now);
  expect(released.bodies).toEqual([
    "b\n\n`releases/chat.yaml` says which document `chat` serves: this is permanent once it names the new digest and is released.",
  ]);
  const other = host(text, { "releases/other.yaml": target("other"), "releases/broken.yaml": "a: [" });
  await proposeOverride(proposal("large"), other, now);
  expect(other.bodies).toEqual(["b"]);
});
