import { expect, test } from "vitest";
import { perform } from "../../../src/shared/gate/perform.ts";
import { resolveRoute } from "../../../src/shared/routing/resolve-route.ts";
import { identityOf } from "../../../src/shared/routing/target-steps.ts";
import { aiRepository } from "../../support/ai-repository.ts";
import { createMemoryGate, headSha, openedDelivery } from "../../support/memory-gate.ts";
import { deployment, manifest } from "../releases/manifests.ts";
import { readRoute, routeFile } from "../routing/routes.ts";

const files = (text: string) => ({ ...aiRepository(), "releases/chat.yaml": text });

test("a release that moves no request of a prompt is shown on the pull request all the same, and goes with its cause", async () => {
  const world = createMemoryGate({ base: files(manifest()), head: files(manifest({ targets: deployment(3) })) });
  await perform(openedDelivery(world), world.ports);
  expect(world.checks).toMatchObject([
    {
      headSha,
      conclusion: "success",
      title: "Nothing to run: the release change moves no request of a prompt to another target",
    },
  ]);
  expect(world.comments).toHaveLength(1);
  expect(world.comments[0]?.body).toContain("`chat--v2 (gpt-4.1 2025-04-14)` | `chat--v3 (gpt-4.1 2025-04-14)`");
});

test("a route that no prompt goes by: the recorded calls that it would move are told, with what the baseline knows", async () => {
  const routed = (pick: string) => ({ ...aiRepository(), "routing/chat.yaml": routeFile([], { pick }) });
  const world = createMemoryGate({ base: routed("mini"), head: routed("large") });
  const { target, ...decision } = resolveRoute(readRoute(routeFile([], { pick: "mini" })), {});
  const { name, deployment: at, model, version } = target;
  const own = { name, deployment: at, model, version, identity: identityOf(target) };
  const decisions = [{ ...decision, decisionId: "d", at: "", target: own, context: {}, contextDigest: "" }];
  await perform(openedDelivery(world), { ...world.ports, decisions: { list: async () => ({ decisions }) } });
  expect(world.checks).toMatchObject([{ title: expect.stringMatching(/moves no request of a prompt/) }]);
  expect(world.comments[0]?.body).toContain("Calls moved: 1 of 1 call recorded in the last 24 hours");
  expect(world.comments[0]?.body).toContain("`mini` → `large`: cost, latency and score unknown");
});

test("a route of which no call was recorded: what it would move is unknown, and told so", async () => {
  const routed = (pick: string) => ({ ...aiRepository(), "routing/chat.yaml": routeFile([], { pick }) });
  const world = createMemoryGate({ base: routed("mini"), head: routed("large") });
  await perform(openedDelivery(world), { ...world.ports, decisions: { list: async () => ({ decisions: [] }) } });
  expect(world.comments[0]?.body).toContain("Calls moved: unknown");
  expect(world.comments[0]?.body).toContain("- `default.pick`: `mini` → `large`");
});

test("a route that moves no recorded call and no request of a prompt needs no comment", async () => {
  const routed = (pick: string) => ({ ...aiRepository(), "routing/chat.yaml": routeFile([], { pick }) });
  const world = createMemoryGate({ base: routed("mini"), head: routed("large") });
  await perform(openedDelivery(world), world.ports);
  expect(world.comments).toHaveLength(0);
});
