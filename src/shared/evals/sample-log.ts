import type { SampleStore, StoredSample } from "./shard.ts";

/** What earlier workers of a run left behind, by `sampleKey`. */
export interface KnownCalls {
  stored: ReadonlySet<string>;
  /** Begun, and neither stored nor ended: a kill cut them off, and the provider may have been paid for them. */
  begun: ReadonlySet<string>;
}

/** Where one run's samples go. Each method resolves once what it wrote survives the process. */
export interface SampleLog {
  known(): Promise<KnownCalls>;
  /** Before a call: it may be paid from now on. */
  begin(key: string): Promise<void>;
  /** The call ended without a sample: nothing to pay again. */
  end(key: string): Promise<void>;
  append(sample: StoredSample): Promise<void>;
}

/** One path of a store as a run sees it. */
export function sampleLogOf(store: SampleStore, path: string): SampleLog {
  return {
    known: () => store.known(path),
    begin: (key) => store.mark(path, key, "begun"),
    end: (key) => store.mark(path, key, "ended"),
    append: (sample) => store.append(path, sample),
  };
}

/** A line beside the samples' lines; readers of samples leave it out. */
export interface CallMark {
  call: "begun" | "ended";
  key: string;
}

export function isCallMark(line: unknown): line is CallMark {
  if (typeof line !== "object" || line === null) return false;
  return "call" in line && "key" in line && typeof line.key === "string";
}

/** Takes up lines in the order in which they were written. */
export function createKnownCalls(): KnownCalls & {
  take(line: unknown, keyOf: (line: unknown) => string | undefined): void;
} {
  const stored = new Set<string>();
  const begun = new Set<string>();
  return {
    stored,
    begun,
    take(line, keyOf) {
      if (isCallMark(line)) {
        if (line.call === "begun" && !stored.has(line.key)) begun.add(line.key);
        else begun.delete(line.key);
        return;
      }
      const key = keyOf(line);
      if (key === undefined) return;
      stored.add(key);
      begun.delete(key);
    },
  };
}
