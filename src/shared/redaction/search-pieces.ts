/** A part of a text: UTF-16 units, the end exclusive. */
export interface Range {
  start: number;
  end: number;
}

/** More rounds than any real text needs. */
const mostRounds = 16;

/**
 * Searches what lies between walls, and what is left between finds again, until nothing more is found: taking a find out can
 * bring another to light (it no longer has letters before it), and masked text that is searched again must hold none.
 * `search` answers with finds in order and apart, relative to its piece. What still has finds after 16 rounds, in text made
 * for that, is told whole by `rest`.
 */
export function searchPieces<Found extends Range>(
  text: string,
  walls: readonly Range[],
  search: (piece: string) => Found[],
  rest: (piece: Range) => Found,
): Found[] {
  const found: Found[] = [];
  let open = piecesBetween({ start: 0, end: text.length }, walls);
  for (let round = 0; open.length > 0; round += 1) {
    const next: Range[] = [];
    for (const piece of open) {
      const finds = search(text.slice(piece.start, piece.end)).map((find) => ({
        ...find,
        start: find.start + piece.start,
        end: find.end + piece.start,
      }));
      if (finds.length > 0 && round >= mostRounds) found.push(rest(piece));
      else if (finds.length > 0) {
        // No spread: a text may hold more finds than a call takes arguments.
        for (const find of finds) found.push(find);
        for (const rest of piecesBetween(piece, finds)) next.push(rest);
      }
    }
    open = next;
  }
  return found.sort((a, b) => a.start - b.start);
}

/** The places of all matches. */
export function rangesOf(text: string, pattern: RegExp): Range[] {
  return Array.from(text.matchAll(pattern), ({ index, 0: match }) => ({ start: index, end: index + match.length }));
}

function piecesBetween(whole: Range, holes: readonly Range[]): Range[] {
  const pieces: Range[] = [];
  let start = whole.start;
  for (const hole of holes) {
    if (hole.start > start) pieces.push({ start, end: hole.start });
    start = Math.max(start, hole.end);
  }
  if (start < whole.end) pieces.push({ start, end: whole.end });
  return pieces;
}
