import type { Operation } from "./operation.ts";
import type { Quarantine, ReleaseState, TargetState } from "./release-state.ts";

/** A row as it was read; writing it back fails if it changed since. */
export interface StoredOperation {
  operation: Operation;
  version: unknown;
  /** Until then the worker that has it is taken to be alive. */
  aliveUntil?: string;
}

/** What releases remember between two messages. Everything of one repository lies in one partition. */
export interface ReleaseStore {
  operation(repositoryId: number, operationId: string): Promise<StoredOperation | undefined>;
  /** False where it exists: the first writer wins. */
  begin(operation: Operation): Promise<boolean>;
  /** The new version; undefined where it changed since it was read: another worker has it. */
  write(stored: StoredOperation, operation: Operation): Promise<StoredOperation | undefined>;
  /** A sign of life of the worker that has it, beside the row: it changes no version. */
  beat(operation: Operation, until: string): Promise<void>;
  /** The operations that are not closed, for the timers. */
  open(repositoryId: number): Promise<string[]>;

  /** The repositories that have releases. */
  repositories(): Promise<{ repositoryId: number; repository: string }[]>;
  release(repositoryId: number, releaseId: string): Promise<ReleaseState | undefined>;
  releases(repositoryId: number): Promise<ReleaseState[]>;
  target(repositoryId: number, key: string): Promise<TargetState | undefined>;
  targets(repositoryId: number): Promise<TargetState[]>;
  quarantined(repositoryId: number): Promise<Quarantine[]>;
  /** Of these contents what is, or was, in quarantine. */
  quarantineOf(repositoryId: number, digests: readonly string[]): Promise<Quarantine[]>;
  /** Undefined where it is not in quarantine, or not any more. */
  liftQuarantine(
    repositoryId: number,
    digest: string,
    lift: { at: string; by: string; reason: string },
  ): Promise<Quarantine | undefined>;

  /** Takes the targets for one operation, all or none. Names who has one of them. */
  claim(operation: Operation): Promise<{ taken: true } | { taken: false; by: string }>;
  /**
   * Writes what an operation came to in one transaction, and lets go of its targets; `settled` again where it was written
   * before. Names who has taken one of them since.
   */
  settle(
    operation: Operation,
    change: (known: Known) => Settlement,
  ): Promise<{ settled: true } | { settled: false; by: string }>;
  /** Changes one target's marks from its newest version on. */
  mark(
    repositoryId: number,
    key: string,
    change: (target: TargetState) => TargetState,
  ): Promise<TargetState | undefined>;
  /** Changes a release from its newest version on; undefined leaves it. */
  changeRelease(
    repositoryId: number,
    releaseId: string,
    change: (release: ReleaseState) => ReleaseState | undefined,
  ): Promise<ReleaseState | undefined>;
  addRelease(release: ReleaseState): Promise<boolean>;
}

/** What a settlement is decided from. */
export interface Known {
  releases: ReadonlyMap<string, ReleaseState>;
  /** By key. */
  targets: ReadonlyMap<string, TargetState>;
}

/** Rows as they shall be. */
export interface Settlement {
  releases: ReleaseState[];
  targets: TargetState[];
  quarantines: Quarantine[];
}
