import { describe, expect, test } from "vitest";
import { parseCommands } from "../../../../src/shared/gate/commands.ts";
import { performReleaseCommand } from "../../../../src/shared/releases/commands/perform-release-command.ts";
import { readReleaseCommand } from "../../../../src/shared/releases/commands/release-command.ts";
import { sharedAzurite } from "../../../support/azurite.ts";
import { chat, peopleWorld } from "../people-world.ts";

/** What a comment in pull request 3 is answered, as `ada` says it. */
async function openRoom() {
  const world = await peopleWorld(await sharedAzurite());
  let comments = 0;
  async function say(text: string, number = 3): Promise<string> {
    const [parsed] = parseCommands(text);
    const read = parsed && readReleaseCommand(parsed);
    if (!read || "problem" in read) throw new Error(read?.problem ?? `${text} is no command`);
    const id = `comment-${++comments}-0`;
    const request = { id, repositoryId: world.id, repository: "acme/ai", number, by: "ada", command: read.command };
    return performReleaseCommand(request, world.ports);
  }
  return { ...world, say };
}

describe("a comment's command about releases", () => {
  test("/foundry-deploy promotes what the pull request merged, and says what refuses it", async () => {
    const { say, sent, approvals } = await openRoom();
    expect(await say("/foundry-deploy --stage=staging")).toContain("no such manifest at `staging`. There: none");
    expect(await say("/foundry-deploy other --stage=prod")).toContain("There: `chat`");
    const [grace] = approvals.splice(0);
    expect(await say("/foundry-deploy --stage=prod")).toMatch(/^`chat` is not promoted:\n- .+/);
    if (grace) approvals.push(grace);
    expect(await say("/foundry-deploy --stage=prod")).toMatch(/^`chat-[0-9a-f]{12}` is being promoted/);
    expect(sent).toMatchObject([{ kind: "promote", cause: { kind: "person", by: "ada", reason: "asked for in #3" } }]);
  });

  test("/rollback finds the release by pull request, target or name; looking does nothing, twice is once", async () => {
    const { say, sent } = await openRoom();
    expect(await say("/rollback --dry-run")).toBe(
      [
        "`chat-2` would go back to `chat-1`.",
        "- `deployment:chat`: `chat--v2 (gpt-4.1 2025-04-14)` → `chat--v1 (gpt-4.1 2025-04-14)`, which answers",
        "- not undone: data that was written meanwhile; the index that retrieval reads; code of the application",
      ].join("\n"),
    );
    expect(await say("/rollback", 4)).toBe(
      "Nothing was done: this pull request's release serves nothing. Name one that serves: `chat-2`.",
    );
    expect(await say("/rollback chta", 4)).toContain("nothing is called `chta`. Name one that serves: `chat-2`");
    expect(sent).toEqual([]);
    expect(await say('/rollback deployment:chat --reason="too slow"', 4)).toContain("`chat-2` is being rolled back");
    expect(sent).toMatchObject([{ operationId: "rollback-chat-2", cause: { by: "ada", reason: "too slow" } }]);
    expect(await say("/rollback chat")).toContain("in `rollback-chat-2` already, at `claiming`");
    expect(await say("/rollback chat --dry-run")).toContain(
      "It is in `rollback-chat-2` already, at `claiming`; asking again shows it.",
    );
    expect(await say("/rollback chat-1 --dry-run")).toContain("`chat` serves `chat-2` by now".replaceAll("`", ""));
    expect(sent).toHaveLength(1);
  });

  test("/rollback --dry-run tells what is in its way, what cannot serve, and what people put on the targets", async () => {
    const { say, serves, store, id, clock, ports } = await openRoom();
    const until = new Date(clock.now().getTime() + 3_600_000).toISOString();
    await store.mark(id, "deployment:chat", (known) => ({
      ...known,
      frozen: { until, why: "quarter's end", by: "ada" },
      paused: { until, why: "we look at it", by: "mona" },
    }));
    serves.set("deployment:chat", chat(9));
    const targets = await ports.targets({ id, fullName: "acme/ai" });
    const gone = {
      ...targets.deployment,
      probe: async () => ({ kind: "gone", code: "404", reason: "it was deleted" }),
    };
    ports.targets = async () => ({ ...targets, deployment: gone as typeof targets.deployment });
    const answer = await say("/rollback --dry-run");
    expect(answer).toMatch(/^`chat-2` would not go back: nothing before it can serve: it would be held\.\n/);
    expect(answer).toContain("`chat--v9 (gpt-4.1 2025-04-14)` → `chat--v1");
    expect(answer).toContain("it was changed by hand, and a person would be asked");
    expect(answer).toContain("- `chat-1` cannot serve: chat: 404: it was deleted");
    expect(answer).toContain(`paused until ${until} by mona: we look at it`);
    expect(answer).toContain(`frozen until ${until} by ada: quarter's end`);
  });

  test("/freeze and /unlock mark the targets, by whom and why", async () => {
    const { say, store, id, clock } = await openRoom();
    const until = new Date(clock.now().getTime() + 90 * 60_000).toISOString();
    expect(await say('/freeze chat --for=90m --reason="quarter\'s end"')).toContain(`until ${until}`);
    expect(await store.target(id, "deployment:chat")).toMatchObject({
      frozen: { until, why: "quarter's end", by: "ada" },
    });
    expect(await say("/unlock")).toBe("`deployment:chat`: neither frozen nor paused any more.");
    const free = await store.target(id, "deployment:chat");
    expect([free?.frozen, free?.paused, free?.current]).toEqual([undefined, undefined, "chat-2"]);
    expect(await say("/unlock moon", 4)).toContain("Targets: `deployment:chat`.");
  });

  test("/unlock --quarantine lets content ship again: by whom and why, on record, and only what is meant", async () => {
    const { say, store, id, quarantine, audited } = await openRoom();
    const [one, other] = [`${"a".repeat(12)}1${"0".repeat(51)}`, `${"a".repeat(12)}2${"0".repeat(51)}`];
    await quarantine(one);
    await quarantine(other);
    expect(await say(`/unlock --quarantine=${"a".repeat(12)} --reason="mended"`)).toContain("begins several");
    expect(await say(`/unlock --quarantine=${"c".repeat(12)} --reason="mended"`)).toContain(
      "is not in quarantine; there: aaaaaaaaaaaa (chat-2)",
    );
    expect(audited).toEqual([]);
    expect(await say(`/unlock --quarantine=${one.slice(0, 13)} --reason="the filter was wrong"`)).toMatch(
      /^`aaaaaaaaaaaa` may ship again/,
    );
    expect((await store.quarantined(id)).map(({ digest }) => digest)).toEqual([other]);
    expect(await store.quarantineOf(id, [one])).toMatchObject([
      { clearedBy: "ada", clearedReason: "the filter was wrong", clearedAt: expect.any(String) },
    ]);
    expect(audited).toMatchObject([
      {
        what: "quarantine.lifted",
        digest: one,
        by: "ada",
        via: "comment",
        reason: "the filter was wrong",
        outcome: "done",
      },
    ]);
    expect(await say(`/unlock --quarantine=${one} --reason="again"`)).toContain("is not in quarantine");
  });
});
