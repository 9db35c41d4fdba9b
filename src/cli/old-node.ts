/** The oldest that has all of what the command line calls; package.json says the same. */
const least = 24;

/** What to tell who runs it on an older Node, whose own error would be a stack of ours. */
export function oldNode(version: string): string | undefined {
  if (Number.parseInt(version, 10) >= least) return undefined;
  return `assay: This is Node ${version}, and assay needs Node ${least} or later.\n  Install it, or write \`npx node@${least}\` in place of \`node\`.\n`;
}
