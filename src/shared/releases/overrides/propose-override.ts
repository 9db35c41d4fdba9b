import { code } from "../../gate/markdown.ts";
import { parseRelease } from "../../repository/parse-release.ts";
import { parseRoute } from "../../repository/parse-route.ts";
import type { TreeEntry } from "../../repository/repository-reader.ts";
import { selectFiles } from "../../repository/select-files.ts";
import { writeOverride } from "../../repository/write-override.ts";
import type { TellHost } from "../tell/ports.ts";
import type { Proposal } from "./override-route.ts";

/** Days until somebody has to look at a rule that an override left. */
const ruleDays = 90;

/** One pull request an override, over the default branch as it is; none where the file says the same already. @throws Error where the file is not there, or does not take it */
export async function proposeOverride(
  { path, branch, title, body, override }: Proposal,
  { proposals, reader }: Pick<TellHost, "proposals" | "reader">,
  now: Date,
): Promise<string | undefined> {
  const known = await proposals.find(branch);
  if (known) return known.link;
  const base = await proposals.base();
  const tree = await reader.tree(base.commit);
  const file = tree.find((entry) => entry.path === path);
  if (!file) throw new Error(`${path} is not on ${base.branch}.`);
  const text = new TextDecoder().decode(await reader.blob(file.sha));
  const { feature, by, reason, id } = override;
  const to = override.kind === "target" ? { target: override.target } : { answer: override.answer };
  const expires = new Date(now.getTime() + ruleDays * 86_400_000).toISOString().slice(0, 10);
  const rule = `override-${id.toLowerCase().replace(/[^a-z0-9-]/g, "-")}`.slice(0, 100);
  const written = writeOverride(path, text, { to, feature, owner: by, reason, id: rule, expires });
  const [before, after] = [text, written].map((own) => parseRoute(path, new TextEncoder().encode(own)).route);
  if (before && before.digest === after?.digest) return undefined;
  const manifests = await manifestsOf(before?.name, tree, reader);
  const held = manifests.map(
    (one) =>
      `\n\n${code(one)} says which document ${code(before?.name ?? "")} serves: this is permanent once it names the new digest and is released.`,
  );
  const sha = await proposals.content(written);
  await proposals.branch(branch, base.commit, [{ path, mode: "100644", sha }], title);
  return (await proposals.open({ branch, onto: base.branch, title, body: `${body}${held.join("")}` })).link;
}

/** Manifests that say which document a route's name stands for: merging its file moves nothing. */
async function manifestsOf(
  route: string | undefined,
  tree: readonly TreeEntry[],
  reader: TellHost["reader"],
): Promise<string[]> {
  const { releases } = selectFiles(tree);
  const read = await Promise.all(
    releases.map(async ({ path, sha }) => parseRelease(path, await reader.blob(sha)).release),
  );
  return read.flatMap((release) =>
    release?.targets.some(({ kind, alias }) => kind === "route" && alias === route) ? release.path : [],
  );
}
