import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { rm } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import path from "node:path";

export interface TemporaryFolder {
  path: string;
  remove(): Promise<void>;
}

const folders = new Set<string>();

/** One listener for them all: Node warns of a leak from the eleventh on. */
function removeAll(): void {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
}

/**
 * A folder that goes with this process at the latest, also where that exits before `remove`. What a killed process left is
 * removed by the next one that makes a folder of this kind: its name says whose it is.
 */
export function makeTemporaryFolder(prefix: string): TemporaryFolder {
  removeOrphans(prefix);
  const folder = mkdtempSync(path.join(tmpdir(), `${prefix}${machine}-${process.pid}-`));
  if (folders.size === 0) process.once("exit", removeAll);
  folders.add(folder);
  return {
    path: folder,
    async remove() {
      await rm(folder, { recursive: true, force: true });
      folders.delete(folder);
      if (folders.size === 0) process.off("exit", removeAll);
    },
  };
}

/** Containers may share a folder and count their processes each from 1. */
const machine = hostname().replace(/[^A-Za-z0-9]/g, "_");
const looked = new Set<string>();

function removeOrphans(prefix: string): void {
  if (looked.has(prefix)) return;
  looked.add(prefix);
  const own = `${prefix}${machine}-`;
  for (const name of readdirSync(tmpdir())) {
    const pid = name.startsWith(own) ? /^(\d+)-[^-]+$/.exec(name.slice(own.length))?.[1] : undefined;
    if (pid === undefined || isAlive(Number(pid))) continue;
    try {
      rmSync(path.join(tmpdir(), name), { recursive: true, force: true });
    } catch {
      // Another user's, or somebody else removes it now.
    }
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (thrown) {
    return !(thrown instanceof Error && "code" in thrown && thrown.code === "ESRCH");
  }
}
