import { linkSync, mkdirSync, readdirSync, readFileSync, rmSync, unlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import * as z from "zod";

/** Named states as files, changed by several processes at once without a lock. */
export interface FileStates<T> {
  /** Computes anew from what is stored until nobody else wrote in between. */
  change(name: string, next: (known: T | undefined) => T): Promise<T>;
}

/** Versions that stay: whoever is this far behind cannot tell by their numbers whether his own was taken up. */
const keptVersions = 16;
/** Processes that change one state at the same time; of more, one that stalls may count a change twice. */
const keptWriters = 64;

/** One version: the state, and each writer's latest change that is in it, the newest writer last. */
const Version = z.object({ state: z.unknown(), writers: z.array(z.tuple([z.string(), z.number()])) });
type Version = z.infer<typeof Version>;

/**
 * Each version of a state is a file of its own, linked to its number: of two that write the same one, the second finds it
 * there and computes anew. A process that is killed leaves whole versions only, and nothing that others wait for.
 * Small files, written at once: the way to another thread and back costs more.
 */
export function createFileStates<T>(folder: string, read: (stored: unknown) => T | undefined): FileStates<T> {
  const writer = `${process.pid}-${Date.now().toString(36)}-${Math.random().toString(36).slice(2, 8)}`;
  let changes = 0;

  function latest(place: string): Version & { version: number } {
    for (;;) {
      const version = Math.max(0, ...versionsIn(place));
      if (version === 0) return { version, state: undefined, writers: [] };
      try {
        const stored = Version.safeParse(JSON.parse(readFileSync(path.join(place, `${version}.json`), "utf8")));
        return { version, ...(stored.data ?? { state: undefined, writers: [] }) };
      } catch (thrown) {
        // Gone: others wrote many versions since the folder was listed.
        if (codeOf(thrown) !== "ENOENT") throw thrown;
      }
    }
  }

  function write(place: string, version: number, state: T, known: Version["writers"]): boolean {
    const change = ++changes;
    const draft = path.join(place, `${writer}-${change}.draft`);
    const writers = [...known.filter(([other]) => other !== writer), [writer, change]].slice(-keptWriters);
    writeFileSync(draft, JSON.stringify({ state, writers }));
    try {
      linkSync(draft, path.join(place, `${version}.json`));
    } catch (thrown) {
      if (codeOf(thrown) === "EEXIST") return false;
      throw thrown;
    } finally {
      unlinkSync(draft);
    }
    const versions = versionsIn(place);
    if (versions.some((other) => other >= version + keptVersions)) {
      // Either the number was free only because it had been cleared away, or others went on from it while this one slept.
      return latest(place).writers.some(([other, counted]) => other === writer && counted === change);
    }
    const old = versions.filter((other) => other <= version - keptVersions);
    for (const other of old) rmSync(path.join(place, `${other}.json`), { force: true });
    return true;
  }

  return {
    async change(name, next) {
      const place = path.join(folder, encodeURIComponent(name).replaceAll("*", "%2A"));
      mkdirSync(place, { recursive: true });
      for (;;) {
        const { version, state, writers } = latest(place);
        const changed = next(state === undefined ? undefined : read(state));
        if (write(place, version + 1, changed, writers)) return changed;
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
