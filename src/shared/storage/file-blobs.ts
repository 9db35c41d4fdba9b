import { closeSync, createReadStream, fstatSync, mkdirSync, openSync, readSync, writeSync } from "node:fs";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import path from "node:path";
import type { Blobs } from "./blobs.ts";

/** Blobs as files of a folder: what the command line keeps of its runs. */
export function createFileBlobs(folder: string): Required<Blobs> {
  const fileOf = (name: string) => path.join(folder, name);
  const appender = createAppender();
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
      appender.append(fileOf(name), content);
    },
    lines: (name) => linesOf(fileOf(name)),
  };
}

async function* linesOf(file: string): AsyncGenerator<string> {
  let rest = "";
  try {
    for await (const chunk of createReadStream(file, "utf8")) {
      const lines = `${rest}${chunk}`.split("\n");
      rest = lines.pop() ?? "";
      yield* lines;
    }
  } catch (thrown) {
    if (isMissing(thrown)) return;
    throw thrown;
  }
  if (rest !== "") yield rest;
}

/** Files that are kept open for more lines. */
const mostOpen = 8;

/**
 * Lines at the end of files, each written by one call: two processes that add to one file do not cut each other's short.
 * Written at once and not by another thread, for a line costs less than the way there and back (`npm run bench`).
 */
function createAppender(): { append(file: string, content: string): void } {
  const open = new Map<string, number>();

  function close(file: string, descriptor: number): void {
    open.delete(file);
    closeSync(descriptor);
  }

  function openEnded(file: string): number {
    mkdirSync(path.dirname(file), { recursive: true });
    const descriptor = openSync(file, "a+");
    open.set(file, descriptor);
    const [oldest] = open;
    if (oldest && open.size > mostOpen) close(...oldest);
    // A kill may have cut the last line short; what is added must not become part of it.
    const { size } = fstatSync(descriptor);
    const last = Buffer.alloc(1);
    if (size > 0) readSync(descriptor, last, 0, 1, size - 1);
    if (size > 0 && last.toString() !== "\n") writeSync(descriptor, "\n");
    return descriptor;
  }

  return {
    append(file, content) {
      const descriptor = open.get(file) ?? openEnded(file);
      const bytes = Buffer.from(content);
      try {
        for (let written = 0; written < bytes.length; ) written += writeSync(descriptor, bytes, written);
      } catch (thrown) {
        // A full disk takes a part of a line: the next one begins anew.
        close(file, descriptor);
        throw thrown;
      }
    },
  };
}

function isMissing(thrown: unknown): boolean {
  return thrown instanceof Error && "code" in thrown && (thrown.code === "ENOENT" || thrown.code === "ENOTDIR");
}
