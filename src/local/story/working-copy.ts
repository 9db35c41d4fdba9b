import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** A clone on disk, as a person has it. */
export interface WorkingCopy {
  folder: string;
  branch(name: string): Promise<void>;
  /** A new branch from another than the one at hand. */
  branchFrom(name: string, from: string): Promise<void>;
  /** Writes one file, commits it and pushes the branch; answers the commit. */
  commit(file: string, content: string, message: string): Promise<string>;
  remove(): Promise<void>;
}

export async function cloneRepository(remote: string, author: string): Promise<WorkingCopy> {
  const folder = await mkdtemp(path.join(tmpdir(), "assay-story-"));
  const git = async (...args: string[]) => {
    const identity = [
      "-c",
      `user.name=${author}`,
      "-c",
      `user.email=${author}@example.com`,
      "-c",
      "commit.gpgsign=false",
    ];
    const { stdout } = await run("git", [...identity, ...args], {
      cwd: folder,
      env: { ...process.env, GIT_TERMINAL_PROMPT: "0" },
    });
    return stdout.trim();
  };
  await run("git", ["clone", "--quiet", remote, folder], { env: { ...process.env, GIT_TERMINAL_PROMPT: "0" } });
  let current = "main";
  return {
    folder,
    async branch(name) {
      current = name;
      await git("checkout", "--quiet", "-b", name);
    },
    async branchFrom(name, from) {
      current = name;
      await git("checkout", "--quiet", "-b", name, from);
    },
    async commit(file, content, message) {
      await writeFile(path.join(folder, file), content);
      await git("add", file);
      await git("commit", "--quiet", "--allow-empty", "-m", message);
      await git("push", "--quiet", "origin", `HEAD:refs/heads/${current}`);
      return git("rev-parse", "HEAD");
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
