import { generateKeyPairSync, randomBytes } from "node:crypto";
import type { FaultPlan } from "./faults.ts";
import type { RequestLog } from "./request-log.ts";
import type { WebhookSender } from "./webhooks.ts";

export interface User {
  id: number;
  login: string;
  type: "User" | "Bot" | "Organization";
}

export interface Pull {
  id: number;
  number: number;
  title: string;
  body: string;
  user: User;
  state: "open" | "closed";
  draft: boolean;
  merged: boolean;
  mergeCommitSha: string | null;
  head: { ref: string; sha: string; repositoryId: number };
  base: { ref: string; sha: string };
  reviews: ReviewRecord[];
  createdAt: string;
  updatedAt: string;
}

export interface ReviewRecord {
  id: number;
  user: User;
  state: "APPROVED" | "CHANGES_REQUESTED" | "COMMENTED";
  body: string;
  commit: string;
  submittedAt: string;
}

export interface CheckRunRecord {
  id: number;
  suiteId: number;
  appId: number;
  name: string;
  headSha: string;
  externalId: string;
  detailsUrl: string | null;
  status: string;
  conclusion: string | null;
  startedAt: string;
  completedAt: string | null;
  output: { title: string | null; summary: string | null; text: string | null; annotations: unknown[] };
  actions: unknown[];
}

export interface CommentRecord {
  id: number;
  issue: number;
  body: string;
  user: User;
  appId: number | null;
  createdAt: string;
  updatedAt: string;
  reactions: { content: string; user: string }[];
}

export interface IssueRecord {
  id: number;
  number: number;
  title: string;
  body: string;
  user: User;
  appId: number | null;
  state: "open" | "closed";
  stateReason: string | null;
  createdAt: string;
  updatedAt: string;
}

export interface DeploymentRecord {
  id: number;
  ref: string;
  sha: string;
  environment: string;
  production: boolean;
  description: string | null;
  payload: unknown;
  creator: User;
  appId: number | null;
  createdAt: string;
  /** The newest last. */
  statuses: DeploymentStatusRecord[];
}

export interface DeploymentStatusRecord {
  id: number;
  state: string;
  description: string;
  environment: string;
  logUrl: string;
  creator: User;
  appId: number | null;
  createdAt: string;
}

export interface Repository {
  id: number;
  owner: string;
  name: string;
  private: boolean;
  defaultBranch: string;
  /** The bare repository. */
  dir: string;
  parentId?: number;
  /** By login. */
  permissions: Map<string, "admin" | "write" | "read">;
  pulls: Map<number, Pull>;
  nextNumber: number;
  checkRuns: CheckRunRecord[];
  /** By head SHA. */
  checkSuites: Map<string, number>;
  comments: CommentRecord[];
  issues: Map<number, IssueRecord>;
  deployments: DeploymentRecord[];
  /** Names of checks that must be green before a merge. */
  requiredChecks: string[];
}

type Own = "id" | "owner" | "name" | "private" | "dir" | "parentId" | "permissions" | "requiredChecks";

export function emptyRepository(own: Pick<Repository, Own>): Repository {
  return {
    ...{ defaultBranch: "main", nextNumber: 1, checkRuns: [], comments: [], deployments: [] },
    ...{ pulls: new Map(), checkSuites: new Map(), issues: new Map() },
    ...own,
  };
}

export interface InstallationToken {
  token: string;
  expiresAt: number;
  repositoryIds: number[] | undefined;
  permissions: Record<string, string>;
}

export interface StandInState {
  url: string;
  /** Below which the REST calls are: `` or `/api/v3`. */
  prefix: string;
  app: { id: number; slug: string; name: string; publicKey: string; privateKey: string };
  installationId: number;
  users: Map<string, User>;
  /** Personal tokens, by token. */
  tokens: Map<string, string>;
  installationTokens: Map<string, InstallationToken>;
  repositories: Map<number, Repository>;
  webhooks: WebhookSender;
  faults: FaultPlan;
  log: RequestLog;
  fork(repository: Repository, owner: string): Promise<Repository>;
  now(): Date;
  nextId(): number;
}

export function createKeys(): { publicKey: string; privateKey: string } {
  return generateKeyPairSync("rsa", {
    modulusLength: 2048,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });
}

export function newToken(prefix: string, length: number): string {
  return `${prefix}${randomBytes(length).toString("base64url")}`;
}

export function findRepository(state: StandInState, owner: string, name: string): Repository | undefined {
  const same = (a: string, b: string) => a.toLowerCase() === b.toLowerCase();
  return [...state.repositories.values()].find(
    (repository) => same(repository.owner, owner) && same(repository.name, name),
  );
}

/** The user of this login; made where unknown. */
export function userOf(state: StandInState, login: string): User {
  const known = state.users.get(login);
  if (known) return known;
  const user: User = { id: state.nextId(), login, type: "User" };
  state.users.set(login, user);
  return user;
}

export function appUser(state: StandInState): User {
  return { id: state.app.id + 1000, login: `${state.app.slug}[bot]`, type: "Bot" };
}
