import { expect, test } from "vitest";
import { findTarget } from "../../../../src/shared/releases/alerts/find-target.ts";
import { servedTargets } from "../../../../src/shared/releases/alerts/served-targets.ts";
import type { ReleaseState, TargetState } from "../../../../src/shared/releases/release-state.ts";
import type { Pointer } from "../../../../src/shared/releases/target-port.ts";
import { alertOn, served as servedIn } from "./memory-alerts.ts";

const model = { format: "OpenAI", name: "gpt-x", version: "2026-08-06" };
const deployment = (name: string): Pointer => ({ kind: "deployment", deployment: name, model });
const agent = (version: string): Pointer => ({ kind: "agent", rules: [{ version, percentage: 100 }] });
const release = (
  releaseId: string,
  pointers: Record<string, Pointer>,
  before: Record<string, string> = {},
): ReleaseState => ({
  releaseId,
  repositoryId: 7,
  repository: "acme/ai",
  name: "chat",
  stage: "prod",
  digest: releaseId,
  commit: "c",
  owner: "ada",
  watch: { mode: "act", minutes: 60, minimumSamples: 20, windows: { needed: 2, of: 3 }, rules: [] },
  status: "verified",
  pointers,
  brought: [],
  before,
  atomic: false,
  standbyHours: 24,
  createdAt: "2026-11-20T08:00:00.000Z",
  promotedAt: "2026-11-20T09:00:00.000Z",
});
const target = (kind: TargetState["kind"], alias: string, current?: string): TargetState => ({
  id: alias,
  kind,
  alias,
  epoch: 0,
  ...(current ? { current } : {}),
});

const [chat, support] = ["deployment:chat", "agent:support"];
const before = release("chat-1", { [chat]: deployment("chat--v42"), [support]: agent("6") });
const now = release(
  "chat-2",
  { [chat]: deployment("chat--v43"), [support]: agent("7") },
  { [chat]: "chat-1", [support]: "chat-1" },
);
const served = servedTargets(
  [before, now],
  [target("deployment", "chat", "chat-2"), target("agent", "support", "chat-2"), target("prompt", "never")],
);

test("each target is served by its arms, with the release before as the way back", () => {
  expect(served).toMatchObject([
    { target: "chat", release: "chat-2", stage: "prod", arms: ["chat--v43"], standby: ["chat--v42"] },
    { target: "support", arms: ["support:7"], standby: ["support:6"] },
  ]);
});

test("a release that changes nothing of a target has no way back of its own name there", () => {
  const same = release("chat-3", now.pointers, { [chat]: "chat-2" });
  expect(servedTargets([now, same], [target("deployment", "chat", "chat-3")])).toMatchObject([{ standby: [] }]);
});

test.each([
  [{ ModelDeploymentName: "CHAT--v43" }, {}, "chat", "current"],
  [{ ModelDeploymentName: "chat--v42" }, {}, "chat", "standby"],
  [{ "gen_ai.agent.version": "7", "gen_ai.agent.name": "support" }, {}, "support", "current"],
  [{ "gen_ai.agent.version": "6" }, { target: "support" }, "support", "standby"],
  // The agent asks a deployment that is none of ours.
  [{ "gen_ai.agent.version": "7", "gen_ai.request.model": "shared" }, { target: "support" }, "support", "current"],
])("an alert on %j of the rule's %j is on %s, %s", (dims, custom, name, arm) => {
  expect(findTarget(alertOn("", { dims, custom }), served)).toMatchObject({ served: { target: name }, arm });
});

test("a rule's target that one release serves in two ways is that release's; two releases are not guessed", () => {
  const alert = alertOn("", { dims: {}, custom: { target: "support" } });
  const route = { ...servedIn("support"), arms: [], standby: [] };
  const prompt = { ...route, promotedAt: "2026-11-20T09:00:00.000Z" };
  expect(findTarget(alert, [route, prompt])).toMatchObject({ served: { release: "support-43" }, arm: "current" });
  const other = findTarget(alert, [route, { ...prompt, release: "support-7" }]);
  expect(other).toEqual({ reason: expect.stringContaining("2 releases serve the target support") });
});

test("bad input: an agent's version without its agent is not guessed", () => {
  const found = findTarget(alertOn("", { dims: { "gen_ai.agent.version": "7" }, custom: { policy: "assay" } }), served);
  expect(found).toEqual({ reason: expect.stringContaining("no release serves") });
});
