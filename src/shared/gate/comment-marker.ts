const marker = "<!-- assay:gate:v1 ";

/** The first line of the gate's comment. The author is checked beside it: anyone can paste a marker. */
export function commentMarker(headSha: string): string {
  return `${marker}${JSON.stringify({ sha: headSha.replace(/[^0-9a-f]/gi, "") })} -->`;
}

export function isGateComment(body: string): boolean {
  return body.startsWith(marker);
}
