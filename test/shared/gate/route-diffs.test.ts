import { expect, test } from "vitest";
import { routeBlock } from "../../../src/shared/gate/comment-routes.ts";
import { type RouteDiff, routeDiffs } from "../../../src/shared/gate/route-diffs.ts";
import type { AiRepository } from "../../../src/shared/repository/ai-repository.ts";
import { readRoute, routeFile, rule } from "../routing/routes.ts";
import { reportOf } from "./reports.ts";

function repository(...files: string[]): AiRepository {
  const none = { commit: "", prompts: [], suites: [], releases: [], findings: [], files: new Map<string, string>() };
  return { ...none, labels: { labels: [], judged: [] }, routes: files.map(readRoute) };
}
const pro = rule("pro", "{ tier: pro }");
const first = rule("first", "{ tenant: acme }", "mini");
const split =
  "{ targets: [{ target: mini, weight: 9 }, { target: large, weight: 1 }], sticky: tenant, canary: { target: tiny, percent: 5, salt: s } }";

test("names each place that changed, and no rule that merely stands elsewhere", () => {
  const base = repository(routeFile([pro]));
  const fallback = "[{ target: large, on: [server, timeout] }, { target: tiny, on: [budget] }]";
  const head = repository(routeFile([first, pro], { pick: split, fallback }));
  const [diff] = routeDiffs(base, head);
  expect(diff).toMatchObject({ name: "chat", kind: "changed" });
  const changes = Object.fromEntries((diff?.changes ?? []).map(({ place, ...sides }) => [place, sides]));
  expect(changes).toMatchObject({
    "default.pick": { base: "mini", head: "mini 9 : large 1, sticky tenant, canary tiny 5 % (salt s)" },
    "default.fallback": { head: "large after server, timeout; tiny after budget" },
    "order of rules": { base: "pro", head: "first, pro" },
    "rules.first.when": { head: '{"tenant":{"in":["acme"]}}' },
  });
  expect(Object.keys(changes).filter((place) => place.startsWith("rules.pro"))).toEqual([]);
  expect(routeDiffs(base, base)).toEqual([]);
  expect(routeDiffs(base, repository())).toMatchObject([{ kind: "removed" }]);
  expect(routeDiffs(repository(), base)).toMatchObject([{ kind: "added" }]);
});

test("what strangers write stays text, and a long diff is cut and counted", () => {
  const changes = Array.from({ length: 100 }, (_, n) => ({
    place: `rules.r${n}.owner`,
    head: "`@team` <img> | [x](y)",
  }));
  const routes: RouteDiff[] = [{ name: "chat", kind: "changed", changes }];
  const [long = "", short = "", least = ""] = routeBlock({ ...reportOf([]), routes }).texts;
  expect(long).toContain("- … and 40 more changes");
  expect(short.split("\n").filter((line) => line.startsWith("- `rules.")).length).toBe(15);
  expect(long).not.toMatch(/<img>|\[x\]\(y\)|@team/);
  expect(least).toBe("- Route <code>chat</code>: 100 changes");
  expect(routeBlock(reportOf([])).texts).toEqual([]);
});
