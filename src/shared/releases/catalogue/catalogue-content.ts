import { table } from "../../gate/markdown.ts";
import { markerOf } from "../tell/marker.ts";
import { named } from "../tell/targets-text.ts";
import { safe } from "../tell/timeline-text.ts";
import type { CatalogueFinding } from "./catalogue-findings.ts";

const mostRows = 60;

/** One issue for all that the catalogue says of a repository's models. */
export function catalogueContent(findings: readonly CatalogueFinding[]): { title: string; body: string } {
  const rows = findings
    .slice(0, mostRows)
    .map((finding) => [
      named(finding.name),
      named(finding.version),
      textOf(finding),
      finding.by.slice(0, 5).map(named).join(", "),
    ]);
  const body = [
    catalogueMarker(findings),
    "What the region's model catalogue says of the models that requests are routed to here, looked at once a day:",
    table(["model", "version", "what", "named by"], rows),
    "A newer version ships as any change does: a pull request moves the route or the manifest, and the gate runs both versions. What retires answers nobody from that day on, and is no way back. This text is kept up to date: what people have to say belongs in comments.",
  ].join("\n\n");
  return { title: `Model catalogue: ${countsOf(findings)}`, body };
}

/** What is said in the issue that is open already. */
export function freshContent(findings: readonly CatalogueFinding[]): string {
  const lines = findings
    .slice(0, mostRows)
    .map((finding) => `- ${named(finding.name)} ${named(finding.version)}: ${textOf(finding)}`);
  return [catalogueMarker(findings), "New since this issue was opened:", lines.join("\n")].join("\n\n");
}

export function catalogueMarker(findings: readonly CatalogueFinding[]): string {
  return markerOf("catalogue", { findings: findings.map(({ id }) => id).slice(0, mostRows) });
}

function textOf(finding: CatalogueFinding): string {
  if (finding.kind === "newer") return `version ${named(finding.newer)} is there`;
  const { at, certainty, replacement } = finding;
  const day = at === undefined ? "is retired" : `retires on ${at.slice(0, 10)}`;
  const sure = certainty === undefined ? "" : ` (${safe(certainty.toLowerCase(), 40)})`;
  return `${day}${sure}${replacement === undefined ? "" : `; its maker names ${named(replacement)} in its place`}`;
}

function countsOf(findings: readonly CatalogueFinding[]): string {
  const count = (kind: CatalogueFinding["kind"]) => findings.filter((one) => one.kind === kind).length;
  const [newer, retiring] = [count("newer"), count("retires")];
  const said = [
    ...(retiring > 0 ? [retiring === 1 ? "a retirement" : `${retiring} retirements`] : []),
    ...(newer > 0 ? [newer === 1 ? "a newer version" : `${newer} newer versions`] : []),
  ];
  return said.join(", ") || "nothing any more";
}
