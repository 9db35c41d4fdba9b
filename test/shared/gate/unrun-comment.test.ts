import { expect, test } from "vitest";
import { perform } from "../../../src/shared/gate/perform.ts";
import { aiRepository } from "../../support/ai-repository.ts";
import { createMemoryGate, headSha, openedDelivery } from "../../support/memory-gate.ts";
import { deployment, manifest } from "../releases/manifests.ts";

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
