import { expect, test } from "vitest";
import { answerComment } from "../../../src/shared/gate/answer-comment.ts";
import { nextPullState } from "../../../src/shared/gate/pull-state.ts";
import { createMemoryGate, ref, repositoryId } from "../../support/memory-gate.ts";

/** The commit that a writer's comment allows, where a fork's head is known. */
async function allowedBy(words: (head: string) => string, author = "ada"): Promise<string | undefined> {
  const gate = createMemoryGate();
  gate.pull.fork = true;
  await gate.ports.store.pulls.insert(
    repositoryId,
    "pull:3",
    nextPullState(undefined, gate.pull, { kind: "seen" }).state,
  );
  gate.comments.push({ id: 9, number: 3, body: words(gate.pull.headSha), author, own: false });
  await answerComment(ref, 3, 9, gate.ports);
  return (await gate.ports.store.pulls.get(repositoryId, "pull:3"))?.value.okSha;
}

test("a writer who names the whole commit allows it, in any letter case", async () => {
  const { headSha } = createMemoryGate().pull;
  expect(await allowedBy((head) => `/ok-to-test ${head}`)).toBe(headSha);
  expect(await allowedBy((head) => `/ok-to-test ${head.toUpperCase()}`)).toBe(headSha);
});

test("bad input: a shortened commit allows nothing, for another with the same first digits is quickly made", async () => {
  for (const digits of [7, 10, 39])
    expect(await allowedBy((head) => `/ok-to-test ${head.slice(0, digits)}`)).toBe(undefined);
});

test("who may not write allows nothing", async () => {
  expect(await allowedBy((head) => `/ok-to-test ${head}`, "mallory")).toBe(undefined);
});
