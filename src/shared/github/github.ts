import type { SentDeliveries } from "../deliveries/missed.ts";
import { PermanentError } from "../errors.ts";
import type { CodeHost, RepositoryRef } from "../gate/code-host.ts";
import type { RepositoryReader } from "../repository/repository-reader.ts";
import { createChecks } from "./checks.ts";
import { appClient, calling, type GitHubApp, repositoryClient, statusOf } from "./client.ts";
import { createComments } from "./comments.ts";
import { createCommits } from "./commits.ts";
import { createPeople } from "./people.ts";
import { createPullRequests } from "./pulls.ts";
import { createRepositoryReader } from "./repository-reader.ts";
import { createSentDeliveries } from "./sent-deliveries.ts";

/** One repository, read and written as the app's installation there. */
export interface GitHubRepository extends CodeHost {
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
    return {
      pulls: createPullRequests(client, owner, repo),
      commits: createCommits(client, owner, repo),
      checks: createChecks(client, owner, repo, app.appId),
      comments: createComments(client, owner, repo, app.appId),
      people: createPeople(client, owner, repo),
      reader: createRepositoryReader(client, owner, repo),
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

function ownerAndName(repository: string): [string, string] {
  const [owner, name, more] = repository.split("/");
  if (!owner || !name || more) throw new PermanentError(`${repository} is not owner/name`);
  return [owner, name];
}
