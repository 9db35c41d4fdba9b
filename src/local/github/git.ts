import { spawn } from "node:child_process";
import { once } from "node:events";

export interface GitResult {
  stdout: Buffer;
  stderr: string;
  code: number;
}

/** Runs the system's git; nothing of the machine's own configuration takes part. */
export async function git(
  dir: string,
  args: readonly string[],
  options: { input?: string | Buffer; env?: Record<string, string> } = {},
): Promise<GitResult> {
  const env = {
    ...process.env,
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: process.platform === "win32" ? "NUL" : "/dev/null",
    GIT_TERMINAL_PROMPT: "0",
    ...options.env,
  };
  const child = spawn("git", ["-C", dir, ...args], { env, stdio: ["pipe", "pipe", "pipe"] });
  const stdout: Buffer[] = [];
  let stderr = "";
  child.stdout.on("data", (chunk: Buffer) => stdout.push(chunk));
  child.stderr.on("data", (chunk: Buffer) => {
    stderr += chunk.toString("utf8");
  });
  child.stdin.on("error", () => {});
  child.stdin.end(options.input ?? "");
  const [code] = await once(child, "close");
  return { stdout: Buffer.concat(stdout), stderr, code: Number(code ?? 1) };
}

/** As `git`, trimmed text; throws where git fails. */
export async function gitText(
  dir: string,
  args: readonly string[],
  options: { input?: string | Buffer; env?: Record<string, string> } = {},
): Promise<string> {
  const { stdout, stderr, code } = await git(dir, args, options);
  if (code !== 0) throw new Error(`git ${args[0]} failed: ${stderr.trim()}`);
  return stdout.toString("utf8").trim();
}

/** The object that a revision names; undefined where there is none. */
export async function resolve(dir: string, revision: string): Promise<string | undefined> {
  if (revision.startsWith("-")) return undefined;
  const { stdout, code } = await git(dir, ["rev-parse", "--verify", "--quiet", revision]);
  return code === 0 ? stdout.toString("utf8").trim() : undefined;
}

export interface CommitFacts {
  sha: string;
  tree: string;
  parents: string[];
  message: string;
  author: { name: string; email: string; date: string };
}

export async function readCommit(dir: string, sha: string): Promise<CommitFacts> {
  const text = await gitText(dir, ["show", "-s", "--format=%H%n%T%n%P%n%an%n%ae%n%aI%n%B", sha]);
  const [hash = "", tree = "", parents = "", name = "", email = "", date = "", ...message] = text.split("\n");
  return {
    sha: hash,
    tree,
    parents: parents.split(" ").filter(Boolean),
    message: message.join("\n").trim(),
    author: { name, email, date },
  };
}

export interface TreeRow {
  mode: string;
  type: string;
  sha: string;
  size?: number;
  path: string;
}

export async function listTree(dir: string, treeish: string, recursive: boolean): Promise<TreeRow[]> {
  const { stdout } = await git(dir, ["ls-tree", "-l", "-z", ...(recursive ? ["-r", "-t"] : []), treeish]);
  return stdout
    .toString("utf8")
    .split("\0")
    .filter(Boolean)
    .map((row) => {
      const [facts = "", path = ""] = row.split("\t");
      const [mode = "", type = "", sha = "", size = "-"] = facts.split(/\s+/);
      return { mode, type, sha, path, ...(size === "-" ? {} : { size: Number(size) }) };
    });
}

const identity = {
  GIT_AUTHOR_NAME: "GitHub stand-in",
  GIT_AUTHOR_EMAIL: "noreply@example.com",
  GIT_COMMITTER_NAME: "GitHub stand-in",
  GIT_COMMITTER_EMAIL: "noreply@example.com",
};

/** A merge commit of `head` into `base`; undefined where they conflict. Needs git 2.38 for merge-tree. */
export async function mergeCommit(
  dir: string,
  base: string,
  head: string,
  message: string,
): Promise<string | undefined> {
  const merged = await git(dir, ["merge-tree", "--write-tree", base, head]);
  if (merged.code !== 0) return undefined;
  const tree = merged.stdout.toString("utf8").split("\n")[0] ?? "";
  return gitText(dir, ["commit-tree", tree, "-p", base, "-p", head, "-m", message], { env: identity });
}

/** A commit of one tree on top of a parent. */
export function commitTree(dir: string, tree: string, parents: readonly string[], message: string): Promise<string> {
  return gitText(dir, ["commit-tree", tree, ...parents.flatMap((parent) => ["-p", parent]), "-m", message], {
    env: identity,
  });
}
