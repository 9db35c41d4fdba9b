import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { lstat, readdir, readFile, readlink } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { isAiAsset } from "../shared/gate/ai-assets.ts";
import { blobSha } from "../shared/repository/read-blobs.ts";
import type { RepositoryReader, TreeEntry } from "../shared/repository/repository-reader.ts";
import { UsageError } from "./usage-error.ts";

/** What a working tree's content is named where a commit is asked for. */
export const workingTree = "working tree";

/** A local AI repository: its files as they are, and its commits where it is a git checkout. */
export interface Checkout {
  root: string;
  reader: RepositoryReader;
  /** The commit that a name stands for. @throws UsageError where git knows none */
  resolve(name: string): Promise<string>;
  mergeBase(base: string, head: string): Promise<string>;
}

/** What a suite or a prompt may refer to, wherever it lies; no other file of the checkout is read. */
const referable = /\.(?:jsonl|ndjson|json|csv|ya?ml)$/i;
/** Files that one checkout may hold; a home folder by mistake holds more. */
const mostFiles = 50_000;
const passedOver = new Set([".git", ".assay", "node_modules"]);

/** Opens the checkout that a folder lies in: the nearest one above it with `assay.yaml`, `prompts/` or `.git`. */
export function findRoot(from: string): string {
  for (let folder = path.resolve(from); ; folder = path.dirname(folder)) {
    if (existsSync(path.join(folder, "assay.yaml")) || existsSync(path.join(folder, ".git"))) return folder;
    if (existsSync(path.join(folder, "prompts")) && existsSync(path.join(folder, "evals"))) return folder;
    if (path.dirname(folder) === folder) return path.resolve(from);
  }
}

export function openCheckout(root: string): Checkout {
  const files = new Map<string, string>();
  return {
    root,
    reader: {
      tree: (commit) => (commit === workingTree ? walk(root, files) : gitTree(root, commit)),
      async blob(sha) {
        const file = files.get(sha);
        return file === undefined ? git(root, "cat-file", "blob", sha) : readFile(file);
      },
    },
    async resolve(name) {
      try {
        return String(
          await git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", `${name}^{commit}`),
        ).trim();
      } catch {
        const branches = await git(root, "branch", "--all", "--format=%(refname:short)").catch(() => undefined);
        if (branches === undefined)
          throw new UsageError(
            `${root} is no git checkout, so there is no \`${name}\` to compare with.`,
            "Run this in a clone.",
          );
        const known = String(branches).trim().split("\n").slice(0, 8).join(", ");
        throw new UsageError(
          `git knows no commit \`${name}\` here.`,
          `Branches here: ${known || "none"}. Fetch it, or name another.`,
        );
      }
    },
    mergeBase: async (base, head) =>
      String(await git(root, "merge-base", base, head === workingTree ? "HEAD" : head)).trim(),
  };
}

const run = promisify(execFile);

async function git(cwd: string, ...args: string[]): Promise<Buffer> {
  const { stdout } = await run("git", args, { cwd, encoding: "buffer", maxBuffer: 512 * 1024 * 1024 });
  return stdout;
}

/** `git ls-tree` names a file's mode, kind, SHA, size and path; NUL ends each, so that any path comes through. */
async function gitTree(root: string, commit: string): Promise<TreeEntry[]> {
  // The AI repository may be a folder of a larger one.
  const listed = String(await git(root, "ls-tree", "-r", "-l", "-z", "--end-of-options", commit));
  return listed.split("\0").flatMap((line) => {
    const [, mode, type, sha, size, file] = /^(\d+) (\w+) ([0-9a-f]+) +(\S+)\t(.+)$/s.exec(line) ?? [];
    if (!mode || !type || !sha || !file) return [];
    return [{ path: file, mode, type, sha, ...(size === "-" ? {} : { size: Number(size) }) }];
  });
}

/** The files as they lie there, under the names that git would give their content; `seen` remembers where each lies. */
async function walk(root: string, seen: Map<string, string>): Promise<TreeEntry[]> {
  const entries: TreeEntry[] = [];
  const open = [""];
  for (let folder = open.pop(); folder !== undefined; folder = open.pop()) {
    for (const found of await readdir(path.join(root, folder), { withFileTypes: true })) {
      const relative = folder === "" ? found.name : `${folder}/${found.name}`;
      if (found.isDirectory()) {
        if (!passedOver.has(found.name)) open.push(relative);
      } else if (found.isFile() || found.isSymbolicLink()) {
        if (!isAiAsset(relative) && !referable.test(relative)) continue;
        entries.push(await entryOf(root, relative, seen));
        if (entries.length > mostFiles)
          throw new UsageError(
            `${root} holds more than ${mostFiles} files.`,
            "Run this in the folder of the AI repository.",
          );
      }
    }
  }
  return entries;
}

async function entryOf(root: string, relative: string, seen: Map<string, string>): Promise<TreeEntry> {
  const file = path.join(root, relative);
  const stat = await lstat(file);
  const isLink = stat.isSymbolicLink();
  const bytes = isLink ? Buffer.from(await readlink(file)) : await readFile(file);
  const sha = blobSha(bytes);
  seen.set(sha, file);
  const mode = isLink ? "120000" : (stat.mode & 0o111) !== 0 ? "100755" : "100644";
  return { path: relative, mode, type: "blob", sha, size: bytes.length };
}
