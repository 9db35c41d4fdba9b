/** What the gate needs of the place where the code lives; GitHub implements it. */
export interface RepositoryRef {
  repositoryId: number;
  /** owner/name */
  repository: string;
}

export interface PullRequest {
  number: number;
  open: boolean;
  headSha: string;
  /** True where the head lives in another repository: its content is a stranger's. */
  fork: boolean;
  baseRef: string;
  /** The tip of the base branch as the pull request knows it. */
  baseSha: string;
  author: string;
  /** The commit that it was merged as. */
  mergedAs?: string;
}

export interface PullRequests {
  get(number: number): Promise<PullRequest>;
  listOpen(): Promise<PullRequest[]>;
  /** The commit that both sides share. */
  mergeBase(base: string, head: string): Promise<string>;
  defaultBranch(): Promise<string>;
  /** The commit that a branch is at. */
  tip(branch: string): Promise<string>;
}

export interface Commits {
  /** Those that `head` has and `base` has not, with their messages. */
  between(base: string, head: string): Promise<{ sha: string; message: string }[]>;
  /** Numbers of the pull requests that a commit came with, open ones among them. */
  pullsOf(sha: string): Promise<number[]>;
}

/** What somebody said yes to, with what they may do in the repository now. */
export interface Approval {
  by: string;
  /** The commit that was looked at. */
  commit: string;
  permission: "none" | "read" | "triage" | "write" | "maintain" | "admin";
}

export interface Reviews {
  /** Approvals that stand: whoever asked for changes later, or was dismissed, has none. */
  approvals(number: number): Promise<Approval[]>;
  /** Logins of whoever wrote a pull request or one of its commits. */
  authors(number: number): Promise<string[]>;
}

/** `cancelled` blocks a required check where it stands; it is used for superseded heads alone. */
export type Conclusion = "success" | "failure" | "neutral" | "action_required" | "cancelled" | "timed_out";

export interface Annotation {
  path: string;
  startLine: number;
  endLine: number;
  startColumn?: number;
  endColumn?: number;
  level: "notice" | "warning" | "failure";
  title: string;
  message: string;
}

export interface CheckContent {
  status: "queued" | "in_progress" | "completed";
  conclusion?: Conclusion;
  title: string;
  /** Markdown, at most 65,535 characters each [OpenAPI checks/create]. */
  summary: string;
  text?: string;
  annotations?: Annotation[];
}

export interface CheckRun {
  id: number;
  externalId: string;
  status: string;
  conclusion: string | undefined;
  title: string | undefined;
  /** Where people see it. */
  link?: string;
}

export interface Checks {
  /** The app's own runs of this name on a commit, newest first. */
  find(headSha: string, name: string): Promise<CheckRun[]>;
  create(run: CheckContent & { name: string; headSha: string; externalId: string }): Promise<CheckRun>;
  /** Annotations append: they are sent once, with the conclusion. */
  update(id: number, content: CheckContent & { externalId?: string }): Promise<void>;
}

export interface Comment {
  id: number;
  body: string;
  author: string;
  /** Whether the app itself wrote it; a marker alone can be pasted by anyone. */
  own: boolean;
}

export interface Comments {
  list(number: number): Promise<Comment[]>;
  /** Undefined where it was deleted. */
  get(commentId: number): Promise<Comment | undefined>;
  create(number: number, body: string): Promise<Comment>;
  update(commentId: number, body: string): Promise<void>;
  remove(commentId: number): Promise<void>;
}

export interface People {
  /** Whether this person may write to the repository, as the permission API says; `author_association` does not say it. */
  canWrite(login: string): Promise<boolean>;
  /** Says that a command was seen, without a notification. */
  react(commentId: number, reaction: "eyes" | "rocket" | "confused"): Promise<void>;
}

/** One repository as the app's installation sees it. */
export interface CodeHost {
  pulls: PullRequests;
  commits: Commits;
  checks: Checks;
  comments: Comments;
  people: People;
  reviews: Reviews;
}
