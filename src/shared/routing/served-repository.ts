/** What an HTTP request is told where it cannot be served. */
export interface Refusal {
  status: 400 | 404 | 409 | 410 | 413;
  error: string;
}

/** The repository that a request means; it has to say so where Assay serves more than one. */
export function servedRepository(
  asked: string | null | undefined,
  repositories: readonly string[],
): { repository: string } | Refusal {
  const [only, ...others] = repositories;
  if (!asked) {
    if (only !== undefined && others.length === 0) return { repository: only };
    return { status: 400, error: "Say which repository: add ?repository=OWNER/NAME." };
  }
  const found = repositories.find((own) => own.toLowerCase() === asked.toLowerCase());
  if (found !== undefined) return { repository: found };
  return {
    status: 404,
    error: `${asked.slice(0, 150)} is not a repository that is served; ASSAY_REPOSITORIES lists them.`,
  };
}
