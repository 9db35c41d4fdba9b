import { readFile } from "node:fs/promises";
import path from "node:path";
import { type House, startHouse } from "../../house.ts";
import { playReleaseStory, type ReleaseOutcome, settleSeconds } from "./release-story.ts";
import { stagePast } from "./stage-past.ts";
import type { StoryFault } from "./story-faults.ts";
import { casesPath, storyFiles } from "./story-files.ts";
import { createTimeline } from "./timeline.ts";

export interface PlayOptions {
  root: string;
  seed: number;
  fault: StoryFault;
  modelUrl: string | undefined;
  signal: AbortSignal;
  tell(line: string): void;
}

/** By how much the story's times are shorter than a production's, and by which settings. */
export const shortened = [
  { what: "the watch", setting: "ASSAY_WATCH_MINUTES", story: "1 min", production: "60 min" },
  { what: "the standby", setting: "ASSAY_STANDBY_HOURS", story: "3 min", production: "24 h" },
  { what: "looks at the way back, every", setting: "ASSAY_STANDBY_SECONDS", story: "60 s", production: "300 s" },
  {
    what: "metrics and spans of a minute count after",
    setting: "ASSAY_METRICS_SETTLE_SECONDS, ASSAY_LOGS_SETTLE_SECONDS",
    story: `${settleSeconds} s`,
    production: "60 s and 120 s",
  },
] as const;

const settings = {
  ASSAY_WATCH_MINUTES: "1",
  ASSAY_STANDBY_HOURS: "0.05",
  ASSAY_STANDBY_SECONDS: "60",
  ASSAY_METRICS_SETTLE_SECONDS: `${settleSeconds}`,
  ASSAY_LOGS_SETTLE_SECONDS: `${settleSeconds}`,
  // Once a minute as in production, and after the last one has settled: alerts, which come sooner, are not overtaken.
  ASSAY_MINUTE_SCHEDULE: `${settleSeconds + 15} * * * * *`,
};

const timeoutMs = 290_000;
const languages: Record<string, string> = { en: "en", de: "de" };

export async function playRelease(options: PlayOptions): Promise<ReleaseOutcome & { shortened: typeof shortened }> {
  const { root, seed, fault, modelUrl, signal, tell } = options;
  const started = new Date();
  const starter = (file: string) => readFile(path.join(root, "starter", file), "utf8");
  const files = await storyFiles(starter);
  const cases = (files.first[casesPath] ?? "")
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as { inputs: Record<string, string | string[]>; segments?: { language?: string } })
    .map(({ inputs, segments }) => ({ inputs, locale: languages[segments?.language ?? ""] ?? "en" }));
  tell("GitHub, Azure, the model, the customers and the alert rules are simulated; the app is the real one.");
  for (const { what, setting, story, production } of shortened)
    tell(`Shortened: ${what} ${story}, by default ${production} (${setting}).`);
  tell(
    "Set up, and not played: chat--v1 was released a week ago and verified, with 100 minutes of invented telemetry.\n",
  );
  const timeline = createTimeline(started, () => new Date(), tell);
  let house: House | undefined;
  try {
    house = await startHouse({
      ...{ ports: { host: 0, github: 0, model: 0, storage: 0, issuer: 0 }, root, seed, logLevel: "error", signal },
      ...(modelUrl ? { modelUrl } : {}),
      ...{ releases: true, files: files.first, prepare: (place) => stagePast(files.first, place, seed) },
      env: settings,
    });
    timeline.note("the house is up");
    const outcome = await playReleaseStory({ house, files, cases, fault, timeline, started, timeoutMs, signal });
    const named = Object.entries(outcome.figures).map(
      ([name, seconds]) => `${name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)} ${seconds} s`,
    );
    if (named.length > 0) tell(`\n${named.join(", ")}.`);
    return { ...outcome, shortened };
  } finally {
    await house?.stop();
  }
}
