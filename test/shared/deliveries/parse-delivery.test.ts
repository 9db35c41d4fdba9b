import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { parseDelivery } from "../../../src/shared/deliveries/parse-delivery.ts";
import { testWithData } from "../../support/data.ts";

const parse = (body: string, event = "issue_comment") =>
  parseDelivery({ deliveryId: "d", event, body, receivedAt: "2026-11-21T10:00:00.000Z" });

testWithData(
  "a person's comment in a pull request is wanted; a bot's and one in an issue are not",
  "webhooks",
  (data) => {
    const wanted = (name: string) =>
      parse(readFileSync(path.join(data, `issue_comment.created.${name}.json`), "utf8")).wanted;
    expect([wanted("pr.slash-eval-suite"), wanted("pr.by-bot"), wanted("issue")]).toEqual([true, false, false]);
  },
);

test("a comment that is edited, or deleted, asks for nothing anew", () => {
  const payload = {
    ...{ repository: { id: 7, full_name: "acme/ai" }, sender: { login: "ada", type: "User" }, comment: { id: 9 } },
    issue: { number: 3, pull_request: {} },
  };
  const wanted = (action: string) => parse(JSON.stringify({ ...payload, action })).wanted;
  expect(["created", "edited", "deleted"].map(wanted)).toEqual([true, false, false]);
});
