import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { onTestFinished } from "vitest";

export const cliEntry = path.resolve(import.meta.dirname, "../../src/cli/main.ts");

export interface CliResult {
  code: number | null;
  out: string;
  err: string;
}

/** The command line as a person runs it: a process of its own, with nothing of this one's environment but the path. */
export async function runCli(
  args: string[],
  { cwd, env = {}, input = "" }: { cwd: string; env?: Record<string, string>; input?: string },
): Promise<CliResult> {
  const child = spawn(process.execPath, [cliEntry, ...args], {
    cwd,
    env: { PATH: process.env.PATH ?? "", HOME: cwd, NODE_OPTIONS: "", ...env },
  });
  let [out, err] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    out += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    err += text;
  });
  child.stdin.on("error", () => {});
  child.stdin.end(input);
  const [code] = await once(child, "close");
  return { code, out, err };
}

/** A folder with these files, gone when `remove` is called. */
export async function folderWith(
  files: Record<string, string>,
): Promise<{ folder: string; write(more: Record<string, string>): Promise<void>; remove(): Promise<void> }> {
  const folder = await mkdtemp(path.join(tmpdir(), "assay-cli-"));
  async function write(more: Record<string, string>): Promise<void> {
    for (const [file, content] of Object.entries(more)) {
      await mkdir(path.join(folder, path.dirname(file)), { recursive: true });
      await writeFile(path.join(folder, file), content);
    }
  }
  await write(files);
  return { folder, write, remove: () => rm(folder, { recursive: true, force: true }) };
}

/** `folderWith` for one test: the folder goes with it. */
export async function testFolder(files: Record<string, string>): ReturnType<typeof folderWith> {
  const made = await folderWith(files);
  onTestFinished(made.remove);
  return made;
}

/** Makes the folder a git checkout with one commit on `main`; what comes back runs git there. */
export function commitFirst(folder: string): (...args: string[]) => Buffer {
  const git = (...args: string[]) =>
    execFileSync("git", ["-c", "user.name=ada", "-c", "user.email=ada@example.com", ...args], { cwd: folder });
  git("init", "--quiet", "--initial-branch=main");
  git("add", "--all");
  git("commit", "--quiet", "--message", "first");
  return git;
}

/** JSON Lines. */
export const lines = (...values: unknown[]) => values.map((value) => `${JSON.stringify(value)}\n`).join("");
