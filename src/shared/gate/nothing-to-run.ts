import type { Sides } from "./build-plan.ts";

/** The title of a check that runs nothing: what the change does to AI assets all the same. */
export function nothingToRun({ base, head, changed = [] }: Sides): string {
  if (!base) return "No suite covers a prompt yet";
  const removed = [
    ...gone(base.prompts, head.prompts).map((name) => `the prompt ${name}`),
    ...gone(base.suites, head.suites).map((name) => `the suite ${name}`),
  ];
  if (removed.length > 0) return `Nothing to run: removes ${removed.join(" and ")}`;
  if (changed.length === 1 && changed[0] === "assay.yaml") return "Nothing to run: assay.yaml alone changed";
  if (changed.some((path) => path.startsWith("routing/")))
    return "Nothing to run: the route change moves no request of a prompt to another target";
  if (changed.some((path) => path.startsWith("releases/")))
    return "Nothing to run: the release change moves no request of a prompt to another target";
  return "No prompt or suite changed";
}

function gone(before: readonly { name: string }[], after: readonly { name: string }[]): string[] {
  return before.map(({ name }) => name).filter((name) => !after.some((own) => own.name === name));
}
