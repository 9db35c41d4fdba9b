import type { CommitFacts } from "./git.ts";

/** A commit as git's own routes show it; urls lead to the stand-in. */
export function commitPayload(url: string, { sha, tree, parents, message, author }: CommitFacts) {
  return {
    ...{ sha, node_id: `C_${sha}`, url, html_url: url, message },
    tree: { sha: tree, url },
    parents: parents.map((parent) => ({ sha: parent, url, html_url: url })),
    ...{ author, committer: author },
    verification: { verified: false, reason: "unsigned", signature: null, payload: null, verified_at: null },
  };
}
