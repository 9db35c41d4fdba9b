/** One branch a release, so one revert pull request. */
export function revertBranch(releaseId: string): string {
  return `assay/revert-${releaseId.replace(/[^A-Za-z0-9._-]/g, "-")}`;
}
