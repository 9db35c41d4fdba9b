import { execFile } from "node:child_process";
import { mkdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { makeTemporaryFolder } from "../temporary-folder.ts";

const run = promisify(execFile);

/** A clone on disk, as a person has it. */
export interface WorkingCopy {
  folder: string;
  branch(name: string): Promise<void>;
  /** A new branch from another than the one at hand. */
  branchFrom(name: string, from: string): Promise<void>;
  /** Writes one file, commits it and pushes the branch; answers the commit. */
  commit(file: string, content: string, message: string): Promise<string>;
  /** As `commit`, for several files; undefined deletes one. */
  change(files: Record<string, string | undefined>, message: string): Promise<string>;
  /** Changes files on top of a branch of another remote (or of main, where it has none) and pushes there. */
  pushTo(remote: string, name: string, files: Record<string, string | undefined>): Promise<string>;
  remove(): Promise<void>;
}

export async function cloneRepository(remote: string, author: string): Promise<WorkingCopy> {
  const temporary = makeTemporaryFolder("assay-story-");
  const folder = temporary.path;
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
  async function writeAll(files: Record<string, string | undefined>): Promise<void> {
    for (const [file, content] of Object.entries(files)) {
      const target = path.join(folder, file);
      if (content === undefined) await rm(target);
      else {
        await mkdir(path.dirname(target), { recursive: true });
        await writeFile(target, content);
      }
    }
  }
  async function change(files: Record<string, string | undefined>, message: string): Promise<string> {
    await writeAll(files);
    await git("add", "--all");
    await git("commit", "--quiet", "--allow-empty", "-m", message);
    await git("push", "--quiet", "origin", `HEAD:refs/heads/${current}`);
    return git("rev-parse", "HEAD");
  }
  return {
    folder,
    async branch(name) {
      current = name;
      await git("checkout", "--quiet", "-b", name);
    },
    async branchFrom(name, from) {
      current = name;
      await git("fetch", "--quiet", "origin");
      await git("checkout", "--quiet", "-b", name, from);
    },
    commit: (file, content, message) => change({ [file]: content }, message),
    change,
    async pushTo(remote, name, files) {
      const known = await git("ls-remote", remote, `refs/heads/${name}`);
      await git("fetch", "--quiet", remote, known ? name : "main");
      await git("checkout", "--quiet", "--detach", "FETCH_HEAD");
      await writeAll(files);
      await git("add", "--all");
      await git("commit", "--quiet", "--allow-empty", "-m", name);
      await git("push", "--quiet", remote, `HEAD:refs/heads/${name}`);
      return git("rev-parse", "HEAD");
    },
    remove: temporary.remove,
  };
}
