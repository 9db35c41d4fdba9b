import { commentMarker } from "./comment-marker.ts";
import { releaseBlock } from "./comment-releases.ts";
import { fitBlocks } from "./fit-blocks.ts";
import { prose } from "./markdown.ts";
import type { Plan } from "./plan.ts";

/** What a pull request is told that runs nothing and changes what ships; undefined where there is nothing to tell. */
export function unrunComment(headSha: string, title: string, { releases, comments }: Plan): string | undefined {
  if (releases.length === 0 || comments !== "always") return undefined;
  const head = `${commentMarker(headSha)}\n### ${prose(title, 400)}`;
  return fitBlocks([{ name: "the title", texts: [head], keep: true }, releaseBlock({ releases })], 60_000);
}
