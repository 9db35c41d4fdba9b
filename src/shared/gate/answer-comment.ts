import type { RepositoryRef } from "./code-host.ts";
import { type Command, parseCommands } from "./commands.ts";
import { considerPull } from "./consider.ts";
import { pullKey } from "./gate-store.ts";
import type { WorkPorts } from "./ports.ts";

/** Answers the commands of a pull request's comment, as the comment reads now. */
export async function answerComment(
  ref: RepositoryRef,
  number: number,
  commentId: number,
  ports: WorkPorts,
): Promise<void> {
  const host = await ports.open(ref);
  const comment = await host.comments.get(commentId);
  if (!comment || comment.own) return;
  const command = parseCommands(comment.body).find(({ name }) => name === "ok-to-test");
  if (!command) return;
  const sha = await allowedSha(command, number, comment.author);
  if (!sha) {
    await host.people.react(commentId, "confused");
    return;
  }
  await host.people.react(commentId, "eyes");
  await considerPull(ref, number, { kind: "okToTest", id: `comment-${commentId}`, sha, by: comment.author }, ports);

  /**
   * The commit, where a writer names exactly the head that is known, whole: labels and bare commands tie to no commit, and
   * for the first digits of one that was read another commit is made in minutes.
   */
  async function allowedSha({ args }: Command, pull: number, author: string): Promise<string | undefined> {
    const [named = ""] = args;
    const known = await ports.store.pulls.get(ref.repositoryId, pullKey(pull));
    const head = known?.value.headSha;
    if (args.length !== 1 || named.toLowerCase() !== head) return undefined;
    return (await host.people.canWrite(author)) ? head : undefined;
  }
}
