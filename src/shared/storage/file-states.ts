import { linkSync, mkdirSync, readdirSync, readFileSync, rmSync, unlinkSync, writeFileSync } from "node:fs";
import path from "node:path";

/** Named states as files, changed by several processes at once without a lock. */
export interface FileStates<T> {
  /** Computes anew from what is stored until nobody else wrote in between. */
  change(name: string, next: (known: T | undefined) => T): Promise<T>;
}

/** Versions that stay: whoever is this far behind sees that his place was taken. */
const keptVersions = 16;

/**
 * Each version of a state is a file of its own, linked to its number: of two that write the same one, the second finds it
 * there and computes anew. A process that is killed leaves whole versions only, and nothing that others wait for.
 * Small files, written at once: the way to another thread and back costs more.
 */
export function createFileStates<T>(folder: string, read: (stored: unknown) => T | undefined): FileStates<T> {
  let drafts = 0;

  function latest(place: string): { version: number; state: T | undefined } {
    for (;;) {
      const version = Math.max(0, ...versionsIn(place));
      if (version === 0) return { version, state: undefined };
      try {
        return { version, state: read(JSON.parse(readFileSync(path.join(place, `${version}.json`), "utf8"))) };
      } catch (thrown) {
        // Gone: others wrote many versions since the folder was listed.
        if (codeOf(thrown) !== "ENOENT") throw thrown;
      }
    }
  }

  function write(place: string, version: number, state: T): boolean {
    const draft = path.join(place, `${process.pid}-${drafts++}.draft`);
    writeFileSync(draft, JSON.stringify(state));
    try {
      linkSync(draft, path.join(place, `${version}.json`));
    } catch (thrown) {
      if (codeOf(thrown) === "EEXIST") return false;
      throw thrown;
    } finally {
      unlinkSync(draft);
    }
    const versions = versionsIn(place);
    // The number was free only because it had been cleared away.
    if (versions.some((other) => other >= version + keptVersions)) return false;
    const old = versions.filter((other) => other <= version - keptVersions);
    for (const other of old) rmSync(path.join(place, `${other}.json`), { force: true });
    return true;
  }

  return {
    async change(name, next) {
      const place = path.join(folder, encodeURIComponent(name).replaceAll("*", "%2A"));
      mkdirSync(place, { recursive: true });
      for (;;) {
        const { version, state } = latest(place);
        const changed = next(state);
        if (write(place, version + 1, changed)) return changed;
      }
    },
  };
}

function versionsIn(place: string): number[] {
  return readdirSync(place).flatMap((file) => (/^\d+\.json$/.test(file) ? [Number.parseInt(file, 10)] : []));
}

function codeOf(thrown: unknown): unknown {
  return thrown instanceof Error && "code" in thrown ? thrown.code : undefined;
}
