import { expect, test } from "vitest";
import type { Proposal } from "../../../../src/shared/releases/overrides/override-route.ts";
import { proposeOverride } from "../../../../src/shared/releases/overrides/propose-override.ts";
import { routeFile, rule } from "../../routing/routes.ts";

const path = "routing/chat.yaml";
const proposal = (target: string): Proposal => ({
  ...{ repositoryId: 9, repository: "acme/ai", path, branch: "assay/override-o-1", title: "t", body: "b" },
  override: {
    ...{ kind: "target", target, id: "o-1", reason: "slow", by: "ada" },
    ...{ at: "2026-11-21T10:00:00.000Z", until: "2026-11-21T12:00:00.000Z" },
  },
});

function host(text: string) {
  const contents: string[] = [];
  const proposals = {
    find: async () => undefined,
    base: async () => ({ branch: "main", commit: "c" }),
    content: async (written: string) => {
      contents.push(written);
      return "sha";
    },
    branch: async () => {},
    open: async () => ({ link: "https://github.test/pull/7" }),
    before: async () => undefined,
  };
  const reader = {
    tree: async () => [{ path, sha: "s", mode: "100644", size: 1 }],
    blob: async () => new TextEncoder().encode(text),
  };
  return { contents, proposals, reader: reader as never };
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
