import { editDistance } from "../evals/text-metrics/edit-distance.ts";

/** The known name with the fewest edits between, where they are few enough to be a slip. */
export function nearestName(given: string, known: readonly string[]): string | undefined {
  const asked = given.toLowerCase().slice(0, 60);
  const [best] = known
    .map((name) => ({ name, edits: editDistance(asked, name.toLowerCase()) }))
    .sort((a, b) => a.edits - b.edits);
  return best && best.edits <= Math.max(1, Math.floor(best.name.length / 3)) ? best.name : undefined;
}
