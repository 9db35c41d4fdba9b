import type { GateReport } from "./report.ts";
export interface CheckText {
  title: string;
  summary: string;
  text?: string;
}
export function renderCheck(report: GateReport): CheckText {
  return {
    title: report.verdict.title.slice(0, 255),
    summary: report.verdict.reasons.join("\n") || report.verdict.title,
  };
}
export function nothingToDoText(title: string): CheckText {
  return { title, summary: title };
}
export function waitingText(sha: string): CheckText {
  return { title: "Waiting", summary: `/ok-to-test ${sha}` };
}
export function progressText(p: { done: number; total: number }): CheckText {
  return { title: `${p.done} of ${p.total} calls`, summary: "running" };
}
