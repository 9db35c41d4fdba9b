import { describe, expect, test } from "vitest";
import { nameWrite } from "../../../../src/local/prove/rollback/name-write.ts";
import type { SeenWrite } from "../../../../src/local/prove/write-points.ts";

const row = "operation:rollback-r2-ko0007";
const key = `operations(PartitionKey='7',RowKey='${encodeURIComponent(row)}')`;
const steps = (...states: object[]) => JSON.stringify(states);
const message = Buffer.from('{"operationId":"rollback-r2-ko0007"}').toString("base64");
const named = ([service, method, path, body = ""]: [SeenWrite["service"], string, string, string?]) =>
  nameWrite({ service, method, path, body }, (id) =>
    id === "m1" ? '{"operationId":"rollback-r2-ko0007"}' : undefined,
  );

describe("nameWrite", () => {
  test.each<[string, [SeenWrite["service"], string, string, string?]]>([
    [
      "table operations PUT operation flipping (flipping, under way)",
      [
        ...(["table", "PUT", `/account/${key}`] as const),
        JSON.stringify({ stage: "flipping", steps_json: steps({ state: "flipping", resume: "{}" }) }),
      ],
    ],
    [
      "table operations PUT operation telling (verified; failed), 2 to tell",
      [
        ...(["table", "PUT", `/account/${key}`] as const),
        JSON.stringify({
          ...{ stage: "telling", steps_json: steps({ state: "verified" }, { state: "failed" }) },
          untold_json: '["revert","issue"]',
        }),
      ],
    ],
    ["table operations POST open", ["table", "POST", "/account/operations", '{"RowKey":"open:rollback-r2-ko0007"}']],
    [
      "table transaction of quarantine, release",
      ["table", "POST", "/account/$batch", "RowKey='quarantine%3Aabc' RowKey='release%3Ar2-ko0007'"],
    ],
    [
      "queue releases message",
      ["queue", "POST", "/account/releases/messages", `<MessageText>${message}</MessageText>`],
    ],
    ["queue releases message done", ["queue", "DELETE", "/account/releases/messages/m1?popreceipt=x"]],
    ["PATCH agents", ["azure", "PATCH", "/local/api/projects/p/agents/agent-ko0007?api-version=v1"]],
    ["PUT deployments", ["azure", "PUT", "/subscriptions/s/accounts/a/deployments/place-ko0007?api-version=1"]],
    ["github POST issues/*/comments", ["github", "POST", "/repos/acme/ko0007/issues/12/comments"]],
  ])("%s", (label, write) => {
    expect(named(write)).toEqual({ label, order: "ko0007" });
  });

  test("what belongs to no order has none", () => {
    expect(named(["table", "POST", "/account/Tables", '{"TableName":"operations"}'])).toEqual({
      label: "table made: operations",
    });
    expect(named(["queue", "PUT", "/account/releases"])).toEqual({ label: "queue made: releases" });
    expect(named(["queue", "DELETE", "/account/releases/messages/m2"])).toEqual({
      label: "queue releases message done",
    });
  });
});
