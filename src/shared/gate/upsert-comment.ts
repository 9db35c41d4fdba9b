import type { Comment, Comments } from "./code-host.ts";
import { isGateComment } from "./comment-marker.ts";

/** The gate's own comments on a pull request: by the app itself and with the marker; either alone proves nothing. */
async function ownComments(comments: Comments, number: number): Promise<Comment[]> {
  const all = await comments.list(number);
  return all.filter(({ own, body }) => own && isGateComment(body)).sort((a, b) => a.id - b.id);
}

/**
 * One comment a pull request. It is looked for before it is made, for a failed creation may have had its effect; where two
 * workers made one each, the older stays.
 */
export async function upsertComment(comments: Comments, number: number, body: string): Promise<void> {
  const [known, ...spare] = await ownComments(comments, number);
  if (!known) {
    await comments.create(number, body);
    const [, ...twins] = await ownComments(comments, number);
    for (const { id } of twins) await comments.remove(id);
    return;
  }
  if (known.body !== body) await comments.update(known.id, body);
  for (const { id } of spare) await comments.remove(id);
}

/** Takes back what an earlier head was told. */
export async function removeComment(comments: Comments, number: number): Promise<void> {
  for (const { id } of await ownComments(comments, number)) await comments.remove(id);
}
