import { mkdtempSync, rmSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

export interface TemporaryFolder {
  path: string;
  remove(): Promise<void>;
}

/** A folder that goes with this process at the latest, also where that exits before `remove`. */
export function makeTemporaryFolder(prefix: string): TemporaryFolder {
  const folder = mkdtempSync(path.join(tmpdir(), prefix));
  const atExit = () => rmSync(folder, { recursive: true, force: true });
  process.once("exit", atExit);
  return {
    path: folder,
    async remove() {
      await rm(folder, { recursive: true, force: true });
      process.off("exit", atExit);
    },
  };
}
