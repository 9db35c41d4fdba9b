import { commitPayload } from "./commit-payload.ts";
import { git, gitText, listTree, readCommit, resolve } from "./git.ts";
import { refUpdated } from "./ref-updates.ts";
import { type Call, HttpError, ok, optional, required, route } from "./router.ts";

const notFound = () => new HttpError(404, "Not Found");
/** GitHub lists at most this many entries of a tree [docs: git trees]. */
const mostEntries = 100_000;

async function object(call: Call, revision: string, type: string): Promise<string> {
  const sha = await resolve(call.repository.dir, `${revision}^{${type}}`);
  if (!sha) throw notFound();
  return sha;
}

export const gitRoutes = [
  route(
    "GET",
    "/repos/{owner}/{repo}/git/trees/{tree_sha}",
    async (call) => {
      const sha = await object(call, call.params.tree_sha ?? "", "tree");
      const rows = await listTree(call.repository.dir, sha, call.query.has("recursive"));
      const tree = rows.slice(0, mostEntries).map((row) => ({ ...row, url: `${call.state.url}/${row.sha}` }));
      return ok({ sha, url: `${call.state.url}/${sha}`, tree, truncated: rows.length > mostEntries });
    },
    "contents:read",
  ),

  route(
    "GET",
    "/repos/{owner}/{repo}/git/blobs/{file_sha}",
    async (call) => {
      const sha = await object(call, call.params.file_sha ?? "", "blob");
      const { stdout } = await git(call.repository.dir, ["cat-file", "blob", sha]);
      if (call.accept.includes("raw")) return { status: 200, bytes: stdout };
      return ok({
        sha,
        node_id: `B_${sha}`,
        size: stdout.length,
        url: `${call.state.url}/${sha}`,
        encoding: "base64",
        content: stdout.toString("base64"),
      });
    },
    "contents:read",
  ),

  route(
    "POST",
    "/repos/{owner}/{repo}/git/blobs",
    async (call) => {
      const content = Buffer.from(
        required(call, "content"),
        optional(call, "encoding") === "base64" ? "base64" : "utf8",
      );
      const sha = await gitText(call.repository.dir, ["hash-object", "-w", "--stdin"], { input: content });
      return ok({ sha, url: `${call.state.url}/${sha}` }, 201);
    },
    "contents:write",
  ),

  route(
    "GET",
    "/repos/{owner}/{repo}/git/ref/{ref}",
    async (call) => {
      const name = `refs/${call.params.ref}`;
      const sha = await resolve(call.repository.dir, name);
      if (!sha) throw notFound();
      return ok({
        ref: name,
        node_id: `REF_${sha}`,
        url: call.state.url,
        object: { type: "commit", sha, url: call.state.url },
      });
    },
    "contents:read",
  ),

  route(
    "POST",
    "/repos/{owner}/{repo}/git/refs",
    async (call) => {
      const [name, sha] = [required(call, "ref"), required(call, "sha")];
      if (await resolve(call.repository.dir, name)) throw new HttpError(422, "Reference already exists");
      await setRef(call, name, sha);
      return ok(
        { ref: name, node_id: `REF_${sha}`, url: call.state.url, object: { type: "commit", sha, url: call.state.url } },
        201,
      );
    },
    "contents:write",
  ),

  route(
    "PATCH",
    "/repos/{owner}/{repo}/git/refs/{ref}",
    async (call) => {
      const name = `refs/${call.params.ref}`;
      const sha = required(call, "sha");
      const before = await resolve(call.repository.dir, name);
      if (!before) throw new HttpError(422, "Reference does not exist");
      const ahead = await git(call.repository.dir, ["merge-base", "--is-ancestor", before, sha]);
      if (ahead.code !== 0 && call.body.force !== true) throw new HttpError(422, "Update is not a fast forward");
      await setRef(call, name, sha);
      return ok({
        ref: name,
        node_id: `REF_${sha}`,
        url: call.state.url,
        object: { type: "commit", sha, url: call.state.url },
      });
    },
    "contents:write",
  ),

  route(
    "GET",
    "/repos/{owner}/{repo}/git/commits/{commit_sha}",
    async (call) => {
      const commit = await readCommit(call.repository.dir, await object(call, call.params.commit_sha ?? "", "commit"));
      return ok(commitPayload(call.state.url, commit));
    },
    "contents:read",
  ),

  route(
    "GET",
    "/repos/{owner}/{repo}/branches/{branch}",
    async (call) => {
      const sha = await object(call, `refs/heads/${call.params.branch}`, "commit");
      return ok({ name: call.params.branch, commit: { sha, url: call.state.url }, protected: false });
    },
    "contents:read",
  ),

  route(
    "GET",
    "/repos/{owner}/{repo}/compare/{basehead}",
    async (call) => {
      const [base = "", head = ""] = (call.params.basehead ?? "").split("...");
      const { dir } = call.repository;
      const [baseSha, headSha] = [await object(call, base, "commit"), await object(call, head, "commit")];
      const merge = await git(dir, ["merge-base", baseSha, headSha]);
      if (merge.code !== 0) throw notFound();
      const mergeBase = merge.stdout.toString("utf8").trim();
      const count = async (from: string, to: string) =>
        Number(await gitText(dir, ["rev-list", "--count", `${from}..${to}`]));
      const [ahead, behind] = [await count(baseSha, headSha), await count(headSha, baseSha)];
      const commitOf = async (sha: string) => {
        const { message, author, tree, parents } = await readCommit(dir, sha);
        const person = { name: author.name, email: author.email, date: author.date };
        return {
          sha,
          node_id: `C_${sha}`,
          url: call.state.url,
          html_url: call.state.url,
          comments_url: call.state.url,
          author: null,
          committer: null,
          parents: parents.map((p) => ({ sha: p, url: call.state.url })),
          commit: {
            message,
            author: person,
            committer: person,
            tree: { sha: tree, url: call.state.url },
            url: call.state.url,
            comment_count: 0,
          },
        };
      };
      const perPage = Math.min(Number(call.query.get("per_page") ?? 250), 250);
      const skip = (Number(call.query.get("page") ?? 1) - 1) * perPage;
      const listed = (await gitText(dir, ["rev-list", "--reverse", `${baseSha}..${headSha}`]))
        .split("\n")
        .filter(Boolean);
      const commits = await Promise.all(listed.slice(skip, skip + perPage).map(commitOf));
      const status = ahead && behind ? "diverged" : ahead ? "ahead" : behind ? "behind" : "identical";
      const names = await gitText(dir, ["diff", "--name-status", "--no-renames", mergeBase, headSha]);
      const words: Record<string, string> = { A: "added", D: "removed", M: "modified" };
      const files = names
        .split("\n")
        .filter(Boolean)
        .slice(0, 300)
        .map((line) => {
          const [letter = "M", filename = ""] = line.split("\t");
          return {
            sha: null,
            filename,
            status: words[letter] ?? "changed",
            additions: 0,
            deletions: 0,
            changes: 0,
            blob_url: call.state.url,
            raw_url: call.state.url,
            contents_url: call.state.url,
          };
        });
      const url = call.state.url;
      return ok({
        url,
        html_url: url,
        permalink_url: url,
        diff_url: url,
        patch_url: url,
        base_commit: await commitOf(baseSha),
        merge_base_commit: await commitOf(mergeBase),
        status,
        ahead_by: ahead,
        behind_by: behind,
        total_commits: ahead,
        commits,
        files,
      });
    },
    "contents:read",
  ),
];

async function setRef(call: Call, name: string, sha: string): Promise<void> {
  const before = await resolve(call.repository.dir, name);
  const set = await git(call.repository.dir, ["update-ref", name, sha]);
  if (set.code !== 0) throw new HttpError(422, "Object does not exist");
  await refUpdated(call.state, call.repository, name, before, sha, call.actor);
}
