/** What a versioned deployment's tags and an agent version's metadata say of the release that made it. */
export interface ReleaseTags {
  release: string;
  alias: string;
  commit: string;
  /** What it takes over from; absent where nothing came before it. */
  previous?: string | undefined;
  evidence?: string | undefined;
  owner: string;
}

/** A tag's value in ARM [docs: tag limitations]; metadata of an agent version allows twice that. */
const mostChars = 256;

/** The keys are ours alone: what does not have them was made by somebody else, and is never deleted. */
export function releaseTags(tags: ReleaseTags): Record<string, string> {
  const named: [string, string | undefined][] = [
    ["assay-release", tags.release],
    ["assay-alias", tags.alias],
    ["assay-commit", tags.commit],
    ["assay-prev", tags.previous],
    ["assay-evalrun", tags.evidence],
    ["assay-owner", tags.owner],
  ];
  return Object.fromEntries(named.flatMap(([key, value]) => (value ? [[key, value.slice(0, mostChars)]] : [])));
}
