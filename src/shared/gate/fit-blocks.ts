/** A part of a comment that is shown whole, shorter, or not at all. */
export interface Block {
  /** For the note that says what was left out: "the cases that flipped". */
  name: string;
  /** Whole Markdown blocks, from the fullest to the shortest that still says something. */
  texts: readonly string[];
  /** Never left out. */
  keep?: boolean;
}

/** Room for the note. */
const noteChars = 600;

/**
 * Joins blocks, the most important first, within `maxChars`. What is too long is shortened from the end on, then left out
 * from the end on, and named; nothing is cut in its middle.
 */
export function fitBlocks(blocks: readonly Block[], maxChars: number): string {
  const chosen = blocks.flatMap((block) => {
    const texts = block.texts.filter((text) => text !== "");
    return texts.length > 0 ? [{ ...block, texts, at: 0, dropped: false }] : [];
  });
  const textOf = ({ texts, at, dropped }: (typeof chosen)[number]) => (dropped ? "" : (texts[at] ?? ""));
  const size = () => chosen.reduce((sum, block) => sum + textOf(block).length + 2, 0);
  const limit = maxChars - noteChars;
  for (const block of chosen.toReversed()) {
    while (size() > limit && block.at < block.texts.length - 1) block.at++;
  }
  for (const block of chosen.toReversed()) if (size() > limit && !block.keep) block.dropped = true;
  const kept = chosen.map(textOf).filter((text) => text !== "");
  const note = leftOut(
    chosen.filter(({ dropped }) => dropped),
    chosen.filter(({ at, dropped }) => at > 0 && !dropped),
  );
  return [...kept, ...(note ? [note] : [])].join("\n\n");
}

function leftOut(dropped: readonly Block[], shortened: readonly Block[]): string {
  const names = (blocks: readonly Block[]) => blocks.map(({ name }) => name).join(", ");
  const said = [
    ...(shortened.length > 0 ? [`shortened: ${names(shortened)}`] : []),
    ...(dropped.length > 0 ? [`left out: ${names(dropped)}`] : []),
  ];
  return said.length > 0 ? `_To stay within the length that GitHub allows, ${said.join("; ")}._` : "";
}
