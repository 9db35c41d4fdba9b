import { appendFile, mkdir, open, readFile, rename, writeFile } from "node:fs/promises";
import path from "node:path";
import type { Blobs } from "./blobs.ts";

/** Blobs as files of a folder: what the command line keeps of its runs. */
export function createFileBlobs(folder: string): Blobs {
  const fileOf = (name: string) => path.join(folder, name);
  const mended = new Map<string, Promise<void>>();
  return {
    async get(name) {
      try {
        return await readFile(fileOf(name));
      } catch (thrown) {
        if (isMissing(thrown)) return undefined;
        throw thrown;
      }
    },
    async put(name, content) {
      const file = fileOf(name);
      await mkdir(path.dirname(file), { recursive: true });
      // Whole or not at all, whenever the process is killed.
      await writeFile(`${file}.${process.pid}.new`, content);
      await rename(`${file}.${process.pid}.new`, file);
    },
    async append(name, content) {
      const file = fileOf(name);
      const ready = mended.get(name) ?? endLastLine(file);
      mended.set(name, ready);
      await ready;
      await appendFile(file, content);
    },
  };
}

/** A kill may have cut the last line short; what is added must not become part of it. */
async function endLastLine(file: string): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  const handle = await open(file, "a+");
  try {
    const { size } = await handle.stat();
    const last = Buffer.alloc(1);
    if (size > 0) await handle.read(last, 0, 1, size - 1);
    if (size > 0 && last.toString() !== "\n") await handle.appendFile("\n");
  } finally {
    await handle.close();
  }
}

function isMissing(thrown: unknown): boolean {
  return thrown instanceof Error && "code" in thrown && (thrown.code === "ENOENT" || thrown.code === "ENOTDIR");
}
