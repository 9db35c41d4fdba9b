const marker = "<!-- assay:gate:v1";
export function isGateComment(body: string): boolean {
  return body.startsWith(marker);
}
