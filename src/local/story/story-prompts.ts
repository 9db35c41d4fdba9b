import path from "node:path";

/** The two commits of the story. */
export async function storyPrompts(
  read: (file: string) => Promise<string>,
): Promise<{ firstPrompt: string; secondPrompt: string }> {
  const here = (name: string) => path.join(import.meta.dirname, name);
  return {
    firstPrompt: await read(here("friendlier.prompt.md")),
    secondPrompt: await read(here("grounded.prompt.md")),
  };
}
