import type { SentDeliveries } from "../deliveries/missed.ts";
import { PermanentError } from "../errors.ts";
import type { CodeHost, RepositoryRef } from "../gate/code-host.ts";
import type { TellHost } from "../releases/tell/ports.ts";
import type { RepositoryReader } from "../repository/repository-reader.ts";
import { createProposals } from "./branches.ts";
import { createChecks } from "./checks.ts";
import {
  appClient,
  branchPermissions,
  calling,
  deploymentPermissions,
  type GitHubApp,
  repositoryClient,
  statusOf,
} from "./client.ts";
import { createComments } from "./comments.ts";
import { createCommits } from "./commits.ts";
import { createStageMirror } from "./deployments.ts";
import { createIssues } from "./issues.ts";
import { createPeople } from "./people.ts";
import { createPullRequests } from "./pulls.ts";
import { createRepositoryReader } from "./repository-reader.ts";
import { createReviews } from "./reviews.ts";
import { createSentDeliveries } from "./sent-deliveries.ts";

/** One repository, read and written as the app's installation there. */
export interface GitHubRepository extends CodeHost, TellHost {
  reader: RepositoryReader;
}

export interface GitHub {
  repository(ref: RepositoryRef): Promise<GitHubRepository>;
  /** The id of a repository on the allow-list; undefined where the app is not installed there. */
  find(repository: string): Promise<RepositoryRef | undefined>;
  sent: SentDeliveries;
}

export function createGitHub(app: GitHubApp): GitHub {
  const asApp = appClient(app);
  const opened = new Map<number, Promise<GitHubRepository>>();

  async function open(ref: RepositoryRef): Promise<GitHubRepository> {
    const [owner, repo] = ownerAndName(ref.repository);
    const installationId = await calling(`find the installation of ${ref.repository}`, async () => {
      const { data } = await asApp.request("GET /repos/{owner}/{repo}/installation", { owner, repo });
      return data.id;
    });
    const client = repositoryClient(app, installationId, ref.repositoryId);
    const writer = repositoryClient(app, installationId, ref.repositoryId, branchPermissions);
    const deployer = repositoryClient(app, installationId, ref.repositoryId, deploymentPermissions);
    return {
      pulls: createPullRequests(client, owner, repo),
      commits: createCommits(client, owner, repo),
      checks: createChecks(client, owner, repo, app.appId),
      comments: createComments(client, owner, repo, app.appId),
      people: createPeople(client, owner, repo),
      reviews: createReviews(client, owner, repo),
      reader: createRepositoryReader(client, owner, repo),
      issues: createIssues(client, owner, repo, app.appId),
      proposals: createProposals(writer, owner, repo),
      stages: createStageMirror(deployer, owner, repo, { appId: app.appId, webUrl: webUrlOf(app.apiUrl) }),
    };
  }

  return {
    repository(ref) {
      const known = opened.get(ref.repositoryId);
      if (known) return known;
      const opening = open(ref);
      opened.set(ref.repositoryId, opening);
      // A failure is not kept: the app may be installed a minute later.
      opening.catch(() => opened.delete(ref.repositoryId));
      return opening;
    },
    async find(repository) {
      const [owner, repo] = ownerAndName(repository);
      try {
        const { data: installation } = await asApp.request("GET /repos/{owner}/{repo}/installation", { owner, repo });
        const client = repositoryClient(app, installation.id);
        const { data } = await client.request("GET /repos/{owner}/{repo}", { owner, repo });
        return { repositoryId: Number(data.id), repository: data.full_name };
      } catch (thrown) {
        if (statusOf(thrown) === 404) return undefined;
        throw thrown;
      }
    },
    sent: createSentDeliveries(asApp),
  };
}

/** Where people look: github.com, or the host of an Enterprise Server. */
function webUrlOf(apiUrl: string): string {
  return apiUrl.replace(/\/api\/v3$/, "").replace(/^https:\/\/api\.github\.com$/, "https://github.com");
}

function ownerAndName(repository: string): [string, string] {
  const [owner, name, more] = repository.split("/");
  if (!owner || !name || more) throw new PermanentError(`${repository} is not owner/name`);
  return [owner, name];
}
