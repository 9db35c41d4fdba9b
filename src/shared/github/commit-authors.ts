/** Of a commit as the comparison of two tells it. */
export interface ComparedCommit {
  author: { login?: string } | null;
  committer: { login?: string } | null;
  commit: {
    message: string;
    author: { email?: string | undefined } | null;
    committer: { email?: string | undefined } | null;
  };
}

/** GitHub itself, which commits what people do on its pages. */
const github = "web-flow";

/**
 * Logins of everybody who had a hand in a commit. Who only stands in a trailer or by an address is known by GitHub's own
 * addresses alone: `12345+ada@users.noreply.github.com`.
 */
export function commitAuthors({ author, committer, commit }: ComparedCommit): string[] {
  const trailers = commit.message
    .split("\n")
    .flatMap((line) => /^co-authored-by:.*<([^<>]+)>\s*$/i.exec(line)?.[1] ?? []);
  const addresses = [commit.author?.email, commit.committer?.email, ...trailers];
  const logins = [author?.login, committer?.login, ...addresses.map(loginOf)];
  return [...new Set(logins.flatMap((login) => (login === undefined || login === github ? [] : [login])))];
}

function loginOf(address: string | undefined): string | undefined {
  return /^(?:\d+\+)?([a-z0-9-]+)@users\.noreply\./i.exec(address?.trim() ?? "")?.[1];
}
