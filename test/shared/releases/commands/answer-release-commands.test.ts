import { expect, test } from "vitest";
import {
  answerReleaseCommands,
  type ReleaseCommandRequest,
} from "../../../../src/shared/releases/commands/answer-release-commands.ts";

async function say(body: string, author = "ada", own = false) {
  const [asked, replies, reactions]: [ReleaseCommandRequest[], string[], string[]] = [[], [], []];
  await answerReleaseCommands(
    { repositoryId: 7, number: 3, commentId: 9 },
    {
      comments: {
        get: async (id) => ({ id, body, author, own }),
        async create(_number, text) {
          replies.push(text);
          return { id: 10, body: text, author: "assay", own: true };
        },
      },
      people: { canWrite: async (login) => login === "ada", react: async (_id, one) => void reactions.push(one) },
      releases: {
        async command(request) {
          asked.push(request);
          return `${request.command.kind} begins`;
        },
      },
    },
  );
  return { asked, replies, reactions };
}

test("a writer's command is taken on, by who said it where", async () => {
  expect(await say("It is slow.\n\n/rollback chat --reason=slow")).toEqual({
    asked: [
      {
        id: "comment-9-0",
        repositoryId: 7,
        number: 3,
        by: "ada",
        command: { kind: "rollback", what: "chat", dryRun: false, reason: "slow" },
      },
    ],
    replies: ["@ada rollback begins"],
    reactions: ["eyes"],
  });
});

test("two commands are two requests and one answer", async () => {
  const { asked, replies } = await say("/rollback chat\n/freeze chat --reason=slow");
  expect(asked.map(({ id }) => id)).toEqual(["comment-9-0", "comment-9-1"]);
  expect(replies).toEqual(["@ada rollback begins\n\nfreeze begins"]);
});

test("bad input: who may not write is not answered, whatever was said", async () => {
  for (const body of ["/rollback chat", "/rolback"])
    expect(await say(body, "mallory")).toEqual({ asked: [], replies: [], reactions: ["confused"] });
});

test("bad input: a comment with one command that cannot be read does nothing", async () => {
  const { asked, replies, reactions } = await say("/rollback chat\n/freeze chat");
  expect([asked, reactions]).toEqual([[], ["confused"]]);
  expect(replies).toEqual([expect.stringMatching(/^@ada A freeze needs `--reason`.*Nothing was done\.$/s)]);
});

test("bad input: a sixth command is not left out in silence", async () => {
  const lines = (count: number) => Array.from({ length: count }, (_, index) => `/freeze chat-${index} --reason=slow`);
  expect((await say(["/etc/hosts", ...lines(5)].join("\n"))).asked).toHaveLength(5);
  const { asked, replies } = await say(lines(6).join("\n"));
  expect(asked).toEqual([]);
  expect(replies).toEqual(["@ada One comment takes 5 commands at most, and this one has 6.\n\nNothing was done."]);
});

test("the app's own comments and those without a command are nobody's", async () => {
  const nothing = { asked: [], replies: [], reactions: [] };
  expect(await say("/rollback chat", "ada", true)).toEqual(nothing);
  expect(await say("/ok-to-test 1234567")).toEqual(nothing);
});
