import { mkdtempSync, rmSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
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

/** A folder that goes with this process at the latest, also where that exits before `remove`. */
export function makeTemporaryFolder(prefix: string): TemporaryFolder {
  const folder = mkdtempSync(path.join(tmpdir(), prefix));
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
