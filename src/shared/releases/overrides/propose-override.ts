import { parseRoute } from "../../repository/parse-route.ts";
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
  const file = (await reader.tree(base.commit)).find((entry) => entry.path === path);
  if (!file) throw new Error(`${path} is not on ${base.branch}.`);
  const text = new TextDecoder().decode(await reader.blob(file.sha));
  const { feature, by, reason, id } = override;
  const to = override.kind === "target" ? { target: override.target } : { answer: override.answer };
  const expires = new Date(now.getTime() + ruleDays * 86_400_000).toISOString().slice(0, 10);
  const rule = `override-${id.toLowerCase().replace(/[^a-z0-9-]/g, "-")}`.slice(0, 100);
  const written = writeOverride(path, text, { to, feature, owner: by, reason, id: rule, expires });
  if (digestOf(path, written) === digestOf(path, text)) return undefined;
  const sha = await proposals.content(written);
  await proposals.branch(branch, base.commit, [{ path, mode: "100644", sha }], title);
  return (await proposals.open({ branch, onto: base.branch, title, body })).link;
}

function digestOf(path: string, text: string): string | undefined {
  return parseRoute(path, new TextEncoder().encode(text)).route?.digest;
}
