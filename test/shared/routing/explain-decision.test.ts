import { expect, test } from "vitest";
import { explainDecision } from "../../../src/shared/routing/explain-decision.ts";
import { resolveRoute } from "../../../src/shared/routing/resolve-route.ts";
import type { RouteContext } from "../../../src/shared/routing/schema.ts";
import { readRoute, routeFile, rule } from "./routes.ts";

const pick =
  "{ targets: [{ target: mini, weight: 3 }, { target: large, weight: 1 }], canary: { target: tiny, percent: 20, salt: autumn } }";
const route = readRoute(
  routeFile(
    [
      rule("austria", "{ locale: { notIn: [de-CH] }, promptTokens: { atLeast: 5, below: 9 } }"),
      rule("pro", "{ tier: [pro, team] }", pick, "fallback: [{ target: large, on: [server, timeout] }]"),
    ],
    { pick: "mini" },
  ),
);
const explain = (context: RouteContext, today = "2026-11-21T00:00:00Z") =>
  explainDecision(resolveRoute(route, context), route, new Date(today));

test("a rule, what the earlier one lacked, the draw, the fallback, the document", () => {
  // "a\nb" falls at 0.51 with this salt: see bucket.test.ts.
  expect(explain({ tier: "pro", promptTokens: 9, conversationId: "a\nb" })).toEqual([
    "chat sends it to mini (deployment gpt-4.1-mini, gpt-4.1-mini@2025-04-14) by the rule pro.",
    "austria does not match: locale is not known, and has to be other than de-CH; promptTokens is 9, not at least 5 and below 9.",
    "pro is there because: measured better",
    "Owner ada; evidence run-1; expires on 2027-01-31.",
    "Drawn by its conversationId; the rule asks for conversation.",
    "It falls at 0.513123 with the salt autumn, beyond the canary's 20 %.",
    "It falls at 0.510274 with the salt chat/pro/targets, which is mini of mini 3 : large 1.",
    "After server, timeout: large (deployment gpt-4.1, gpt-4.1@2025-04-14).",
    `Route digest: ${route.digest}.`,
  ]);
});

test("the default; a canary; an expired rule; nothing to draw by", () => {
  expect(explain({ tier: "free" })[0]).toContain("by its default.");
  expect(explain({ tier: "pro", conversationId: "c-1" }).join("\n")).toContain("beyond the canary's 20 %");
  const drawn = Array.from({ length: 50 }, (_, n) => explain({ tier: "pro", conversationId: `k${n}` }).join("\n"));
  expect(drawn.some((text) => text.includes("sends it to tiny") && text.includes("within the canary's 20 %"))).toBe(
    true,
  );
  expect(explain({ tier: "pro" }, "2027-02-01T00:00:00Z").join("\n")).toContain(
    "expired on 2027-01-31 and routes until somebody decides",
  );
  expect(explain({ tier: "pro" }).join("\n")).toContain("no key to draw by");
});
