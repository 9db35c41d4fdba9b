import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { commitPayload } from "./commit-payload.ts";
import { commitTree, gitText, listTree, readCommit, resolve } from "./git.ts";
import { type Call, HttpError, ok, optional, required, route } from "./router.ts";

interface TreeChange {
  path: string;
  mode: string;
  sha: string | null;
}

/** Entries of a new tree; contents are not taken here, only objects that exist. */
function changesOf(call: Call): TreeChange[] {
  const { tree } = call.body;
  const entries: unknown[] = Array.isArray(tree) ? tree : [];
  return entries.map((entry) => {
    const given = typeof entry === "object" && entry !== null ? Object.fromEntries(Object.entries(entry)) : {};
    const { path: at, mode, sha } = given;
    if (typeof at !== "string" || typeof mode !== "string" || (typeof sha !== "string" && sha !== null))
      throw new HttpError(422, "tree needs path, mode and sha in every entry");
    return { path: at, mode, sha };
  });
}

export const gitWriteRoutes = [
  route(
    "POST",
    "/repos/{owner}/{repo}/git/trees",
    async (call) => {
      const { dir } = call.repository;
      const changes = changesOf(call);
      const base = optional(call, "base_tree");
      const baseTree = base === undefined ? undefined : await resolve(dir, `${base}^{tree}`);
      if (base !== undefined && !baseTree) throw new HttpError(404, "Not Found");
      const folder = await mkdtemp(path.join(tmpdir(), "assay-index-"));
      try {
        const env = { GIT_INDEX_FILE: path.join(folder, "index") };
        await gitText(dir, ["read-tree", baseTree ?? "--empty"], { env });
        for (const { sha } of changes) {
          if (sha !== null && !(await resolve(dir, `${sha}^{blob}`)))
            throw new HttpError(422, `tree.sha ${sha} is not a valid blob`);
        }
        // Mode 0 takes a path away; no work tree is needed.
        const lines = changes.map(({ mode, sha, path: at }) => `${sha ? mode : 0} ${sha ?? "0".repeat(40)}\t${at}\0`);
        await gitText(dir, ["update-index", "-z", "--index-info"], { env, input: lines.join("") });
        const sha = await gitText(dir, ["write-tree"], { env });
        const url = `${call.state.url}/${sha}`;
        const tree = (await listTree(dir, sha, false)).map((row) => ({ ...row, url: `${call.state.url}/${row.sha}` }));
        return ok({ sha, url, tree, truncated: false }, 201);
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
    "contents:write",
  ),

  route(
    "POST",
    "/repos/{owner}/{repo}/git/commits",
    async (call) => {
      const { dir } = call.repository;
      const { url } = call.state;
      const parents = Array.isArray(call.body.parents) ? call.body.parents.map(String) : [];
      const tree = await resolve(dir, `${required(call, "tree")}^{tree}`);
      if (!tree) throw new HttpError(422, "Tree SHA does not exist");
      const commit = await readCommit(dir, await commitTree(dir, tree, parents, required(call, "message")));
      return ok(commitPayload(url, commit), 201);
    },
    "contents:write",
  ),
];
