import type { Comments, People } from "../../gate/code-host.ts";
import { parseCommands } from "../../gate/commands.ts";
import { type ReleaseCommand, readReleaseCommand } from "./release-command.ts";

/** A command whose author may give it; the same id however often its comment is delivered. */
export interface ReleaseCommandRequest {
  id: string;
  repositoryId: number;
  /** The pull request or issue that it was said in. */
  number: number;
  /** Login. */
  by: string;
  command: ReleaseCommand;
}

export interface ReleaseCommandPorts {
  comments: Pick<Comments, "get" | "create">;
  people: People;
  releases: {
    /** Takes a command on; once an id. Returns what the person is answered. */
    command(request: ReleaseCommandRequest): Promise<string>;
  };
}

/** Nobody types more. */
const mostCommands = 5;

/** Answers the commands about releases in a comment, as it reads now. */
export async function answerReleaseCommands(
  { repositoryId, number, commentId }: { repositoryId: number; number: number; commentId: number },
  { comments, people, releases }: ReleaseCommandPorts,
): Promise<void> {
  const comment = await comments.get(commentId);
  if (!comment || comment.own) return;
  const read = parseCommands(comment.body).flatMap((command) => readReleaseCommand(command) ?? []);
  if (read.length === 0) return;
  // Strangers get no answer that notifies: a comment must not be a way to make the app talk.
  if (!(await people.canWrite(comment.author))) return people.react(commentId, "confused");
  const problems =
    read.length > mostCommands
      ? [`One comment takes ${mostCommands} commands at most, and this one has ${read.length}.`]
      : read.flatMap((one) => ("problem" in one ? [one.problem] : []));
  if (problems.length > 0) {
    await people.react(commentId, "confused");
    // Nothing of a comment is done where a part of it cannot be read: what was meant by the rest is a guess.
    await comments.create(number, `@${comment.author} ${problems.join("\n\n")}\n\nNothing was done.`);
    return;
  }
  await people.react(commentId, "eyes");
  const answers: string[] = [];
  for (const [index, one] of read.entries()) {
    if ("problem" in one) continue;
    const id = `comment-${commentId}-${index}`;
    answers.push(await releases.command({ id, repositoryId, number, by: comment.author, command: one.command }));
  }
  await comments.create(number, `@${comment.author} ${answers.join("\n\n")}`);
}
