import { mkdir } from "node:fs/promises";
import path from "node:path";
import { isTaken, listenLocally, takenPort } from "../listen-locally.ts";
import { makeTemporaryFolder } from "../temporary-folder.ts";
import { createFaultPlan } from "./faults.ts";
import { gitText } from "./git.ts";
import { refUpdated } from "./ref-updates.ts";
import { createRequestLog } from "./request-log.ts";
import { createStandInServer, type Validate } from "./server.ts";
import { createKeys, emptyRepository, newToken, type Repository, type StandInState, userOf } from "./state.ts";
import { createWebhookSender } from "./webhooks.ts";

export interface GitHubStandInOptions {
  /** 0: any free one. */
  port: number;
  portSetting?: string;
  /** Where REST is below the address: `` as on github.com, `/api/v3` as on GitHub Enterprise Server. */
  prefix?: string;
  webhookSecret: string;
  /** A file that gets every request as a line of JSON. */
  logFile?: string;
  validate?: Validate;
  now?: () => Date;
}

export interface NewRepository {
  owner: string;
  name: string;
  private?: boolean;
  /** Who may write, besides the owner. */
  writers?: readonly string[];
  requiredChecks?: readonly string[];
}

export interface GitHubStandIn {
  url: string;
  restUrl: string;
  app: { id: number; privateKey: string };
  state: StandInState;
  addRepository(repository: NewRepository): Promise<Repository>;
  /** A personal token; the same for the same login. */
  tokenFor(login: string): string;
  /** The remote for `git clone`, with credentials. */
  remoteFor(login: string, repository: Repository): string;
  /** Sends the `push` of a branch that was made before anyone listened. */
  announce(repository: Repository, branch: string, sha: string): Promise<void>;
  /** Where webhooks go from now on. */
  sendWebhooksTo(url: string): void;
  stop(): Promise<void>;
}

/** Starts the stand-in over bare repositories in a folder of its own, which goes with it. */
export async function startGitHubStandIn(options: GitHubStandInOptions): Promise<GitHubStandIn> {
  const folder = makeTemporaryFolder("assay-github-");
  const now = options.now ?? (() => new Date());
  let counter = 1000;
  let hook: string | undefined;
  const nextId = () => ++counter;
  const faults = createFaultPlan();
  const appId = 4242;
  const state: StandInState = {
    url: "",
    prefix: options.prefix ?? "",
    app: { id: appId, slug: "assay-local", name: "Assay (local)", ...createKeys() },
    installationId: 77,
    users: new Map(),
    tokens: new Map(),
    installationTokens: new Map(),
    repositories: new Map(),
    faults,
    log: createRequestLog(options.logFile),
    webhooks: createWebhookSender({ url: () => hook, secret: options.webhookSecret, appId, faults, nextId, now }),
    fork,
    now,
    nextId,
  };

  async function add(
    { owner, name, writers = [], requiredChecks = [], ...rest }: NewRepository,
    parent?: Repository,
  ): Promise<Repository> {
    const dir = path.join(folder.path, owner, `${name}.git`);
    await mkdir(dir, { recursive: true });
    await gitText(dir, ["init", "--quiet", "--bare", "--initial-branch=main"]);
    if (parent) await gitText(dir, ["fetch", "--quiet", parent.dir, "+refs/heads/*:refs/heads/*"]);
    const repository = emptyRepository({
      id: nextId(),
      owner,
      name,
      dir,
      private: rest.private ?? false,
      ...(parent ? { parentId: parent.id } : {}),
      permissions: new Map([[owner, "admin" as const], ...writers.map((login) => [login, "write" as const] as const)]),
      requiredChecks: [...requiredChecks],
    });
    userOf(state, owner);
    for (const login of writers) userOf(state, login);
    state.repositories.set(repository.id, repository);
    return repository;
  }

  function fork(repository: Repository, owner: string): Promise<Repository> {
    return add({ owner, name: repository.name }, repository);
  }

  const server = createStandInServer(state, options.validate);
  try {
    state.url = await listenLocally(server, options.port);
  } catch (thrown) {
    await folder.remove();
    throw isTaken(thrown) ? takenPort(`${options.port} of the GitHub stand-in`, options.portSetting) : thrown;
  }

  const tokenFor = (login: string): string => {
    const known = [...state.tokens].find(([, user]) => user === login)?.[0];
    if (known) return known;
    userOf(state, login);
    const token = newToken("ghp_", 27);
    state.tokens.set(token, login);
    return token;
  };
  return {
    url: state.url,
    restUrl: `${state.url}${state.prefix}`,
    app: { id: appId, privateKey: state.app.privateKey },
    state,
    addRepository: (repository) => add(repository),
    tokenFor,
    remoteFor: (login, { owner, name }) =>
      `${state.url.replace("://", `://${login}:${tokenFor(login)}@`)}/${owner}/${name}.git`,
    announce: (repository, branch, sha) =>
      refUpdated(state, repository, `refs/heads/${branch}`, undefined, sha, {
        kind: "user",
        user: userOf(state, repository.owner),
      }),
    sendWebhooksTo(url) {
      hook = url;
    },
    async stop() {
      hook = undefined;
      server.close();
      server.closeAllConnections();
      await folder.remove();
    },
  };
}
