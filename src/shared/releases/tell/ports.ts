import type { Clock } from "../../clock.ts";
import type { Checks, Comments } from "../../gate/code-host.ts";
import type { Log } from "../../log.ts";
import type { RepositoryReader } from "../../repository/repository-reader.ts";
import type { ReleaseStore } from "../release-store.ts";
import type { Channel } from "./notification.ts";

/** What telling needs of the rest of the house. */
export interface TellPorts {
  releases: Pick<ReleaseStore, "release">;
  /** One repository as the app's installation sees it. */
  open(repository: { repositoryId: number; repository: string }): Promise<TellHost>;
  /** Opened at their first use: a wrong setting of theirs keeps nothing else from being told. */
  channels(): Promise<readonly Channel[]>;
  marks: NotificationMarks;
  clock: Clock;
  log: Log;
}

export interface TellHost {
  checks: Checks;
  comments: Comments;
  issues: Issues;
  proposals: Proposals;
  stages: StageMirror;
  reader: RepositoryReader;
}

export interface Issue {
  number: number;
  body: string;
  open: boolean;
  link: string;
}

export interface Issues {
  /** The app's own that changed since then, oldest first; a marker alone can be pasted by anyone. */
  own(since: string): Promise<Issue[]>;
  get(number: number): Promise<Issue | undefined>;
  create(issue: { title: string; body: string }): Promise<Issue>;
  update(number: number, issue: { title: string; body: string }): Promise<void>;
  /** `duplicate`: of two that say the same; `done`: what it says holds no more. */
  close(number: number, why: "duplicate" | "done"): Promise<void>;
}

/** A file as it shall be; without `sha` it goes. */
export interface RestoredFile {
  path: string;
  mode: string;
  /** A blob that the repository has. */
  sha?: string;
}

/** A change that people are asked to merge. */
export interface Proposals {
  /** The default branch and the commit that it is at. */
  base(): Promise<{ branch: string; commit: string }>;
  /** The newest pull request of a branch of this repository, closed ones among them. */
  find(branch: string): Promise<{ link: string } | undefined>;
  /** Keeps a text in the repository; tells the blob that it is. */
  content(text: string): Promise<string>;
  /** Makes a branch of one commit over `from`; leaves one that exists as it is. */
  branch(branch: string, from: string, files: readonly RestoredFile[], message: string): Promise<void>;
  open(proposal: { branch: string; onto: string; title: string; body: string }): Promise<{ link: string }>;
  /** The first parent of a commit. */
  before(commit: string): Promise<string | undefined>;
}

export type StageStatus = "success" | "failure" | "inactive" | "pending";

export interface MirroredRelease {
  id: number;
  releaseId: string;
  link: string;
}

/** Where people see which release a stage serves: GitHub's deployments. */
export interface StageMirror {
  /** The app's own of this commit, newest first. */
  find(commit: string, stage: string): Promise<MirroredRelease[]>;
  create(release: { releaseId: string; commit: string; stage: string; description: string }): Promise<MirroredRelease>;
  /** Newest first. */
  statuses(id: number): Promise<{ status: string; description: string }[]>;
  report(id: number, status: { status: StageStatus; stage: string; description: string; link?: string }): Promise<void>;
}

/** What was sent to which channel. A webhook cannot be asked, so this is all that is known. */
export interface NotificationMarks {
  /** Stored before it is sent: how many tries there were, this one among them; or that it is over, or not yet to be tried. */
  begin(
    repositoryId: number,
    key: string,
    now: Date,
  ): Promise<{ over: true } | { over: false; tries: number } | { over: false; waitMs: number }>;
  /** It is not tried before, whoever comes for whatever reason. */
  later(repositoryId: number, key: string, until: Date): Promise<void>;
  finish(repositoryId: number, key: string, how: "sent" | "refused" | "given up"): Promise<void>;
}
