import { accessSync, constants, existsSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { messageOf } from "../shared/errors.ts";
import { formatOf, renderReport, reportFormats } from "../shared/gate/reports/render-report.ts";
import type { ReportFormat, RunReport } from "../shared/gate/reports/run-report.ts";
import type { CommandArguments, CommandOption } from "./command.ts";
import type { Terminal } from "./terminal.ts";
import { UsageError } from "./usage-error.ts";

export const reportOptions: Record<string, CommandOption> = {
  json: { type: "boolean", description: "print the report as one JSON object" },
  format: {
    type: "string",
    value: "FORMAT",
    description: `what is printed: ${reportFormats.join(", ")}; default text`,
  },
  report: {
    type: "string",
    value: "FILE",
    multiple: true,
    description: "write the report there too; its ending says how: .txt .json .xml (JUnit) .md .html",
  },
};

export interface ReportTargets {
  format: ReportFormat;
  files: { file: string; format: ReportFormat }[];
}

/** Told before anything is run: a report that cannot be written must not cost calls first. */
export function readReportOptions(given: CommandArguments, { cwd }: Terminal): ReportTargets {
  const asked = given.text("format") ?? (given.flag("json") ? "json" : "text");
  const format = reportFormats.find((known) => known === asked);
  if (!format)
    throw new UsageError(`\`--format ${asked}\` is none that is written.`, `Choose ${reportFormats.join(", ")}.`);
  const files = given.texts("report").map((file) => {
    const own = formatOf(file);
    if (!own)
      throw new UsageError(
        `\`--report ${file}\`: its ending does not say a format.`,
        "End it with .txt, .json, .xml, .md or .html.",
      );
    refuseUnwritable(file, path.resolve(cwd, file));
    return { file, format: own };
  });
  return { format, files };
}

function refuseUnwritable(file: string, place: string): void {
  try {
    if (existsSync(place) && statSync(place).isDirectory()) throw new Error("it is a folder");
    accessSync(existsSync(place) ? place : path.dirname(place), constants.W_OK);
  } catch (error) {
    throw notWritten(file, error);
  }
}

function notWritten(file: string, error: unknown): UsageError {
  return new UsageError(
    `The report ${file} cannot be written: ${messageOf(error)}`,
    "Name a file in a folder that exists and may be written to.",
  );
}

export async function writeReports(
  run: RunReport,
  { format, files }: ReportTargets,
  terminal: Terminal,
): Promise<void> {
  await terminal.print(await renderReport(run, format, terminal.style));
  for (const { file, format: own } of files) {
    try {
      writeFileSync(path.resolve(terminal.cwd, file), await renderReport(run, own));
    } catch (error) {
      throw notWritten(file, error);
    }
    terminal.note(`Report written: ${file}`);
  }
}
