import type { Finding } from "../repository/finding.ts";
import type { Block } from "./fit-blocks.ts";
import { code, prose } from "./markdown.ts";
import type { GateReport } from "./report.ts";
import { count } from "./units.ts";

const mostFindings = 15;
/** Nobody's file, and in a link every character may become twelve. */
const maxLinkedPath = 300;

/** What is wrong in the files, where, and the mend. */
export function findingBlock({ findings, repository, headSha }: GateReport, severity: Finding["severity"]): Block {
  const found = findings.filter((finding) => finding.severity === severity);
  const name = severity === "error" ? "the findings" : "the warnings";
  if (found.length === 0) return { name, texts: [] };
  const title = severity === "error" ? "**To mend first**" : "**Worth a look**";
  const text = (most: number) =>
    [
      title,
      [
        ...found.slice(0, most).map((finding) => `- ${line(finding, repository, headSha)}`),
        ...(found.length > most
          ? [`- … and ${count(found.length - most, "more finding")}, annotated in the files`]
          : []),
      ].join("\n"),
    ].join("\n\n");
  return { name, texts: [text(mostFindings), text(5), text(1)], keep: severity === "error" };
}

function line(finding: Finding, repository: string, headSha: string): string {
  const { path, line: at, column, code: rule, message, fix } = finding;
  const mend = fix ? ` **Mend:** ${prose(fix, 300)}` : "";
  const place = code(`${path}:${at}:${column}`);
  const link = path.length > maxLinkedPath ? place : `[${place}](${blobUrl(repository, headSha, path, at)})`;
  return `${link} ${prose(message.replace(/[^.!?]$/, "$&."), 300)}${mend} (${code(rule)})`;
}

/** From the root of the host that shows the comment: github.com or a server of the company's own. */
function blobUrl(repository: string, sha: string, path: string, at: number): string {
  const encoded = [...repository.split("/"), "blob", sha, ...path.split("/")].map((part) =>
    encodeURIComponent(part.toWellFormed()).replace(/[()*'!~_]/g, (char) => `%${char.charCodeAt(0).toString(16)}`),
  );
  return `/${encoded.join("/")}#L${at}`;
}
