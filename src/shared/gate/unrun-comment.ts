import { commentMarker } from "./comment-marker.ts";
import { releaseBlock } from "./comment-releases.ts";
import { routeBlock } from "./comment-routes.ts";
import { type Block, fitBlocks } from "./fit-blocks.ts";
import { prose } from "./markdown.ts";
import type { Plan } from "./plan.ts";

/** What a pull request is told that runs nothing and changes what ships; undefined where there is nothing to tell. */
export function unrunComment(headSha: string, title: string, plan: Plan): string | undefined {
  const { releases, routeDiffs: routes, comments } = plan;
  // Where no call was recorded nobody knows what moves, which is not nothing.
  const moves = routes.some((route) => route.moves && (route.moves.moved > 0 || route.moves.calls === 0));
  if ((releases.length === 0 && !moves) || comments !== "always") return undefined;
  const head = `${commentMarker(headSha)}\n### ${prose(title, 400)}`;
  const verdict: Block = { name: "the title", texts: [head], keep: true };
  return fitBlocks([verdict, ...(moves ? [routeBlock({ routes })] : []), releaseBlock({ releases })], 60_000);
}
