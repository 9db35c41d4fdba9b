import type { Command } from "./command.ts";

interface CommandEntry {
  summary: string;
  load(): Promise<Command>;
}

/** Every command, loaded at its use: what another command needs costs this one nothing. */
export const commandTable: Record<string, CommandEntry> = {
  lint: {
    summary: "check prompts, suites, datasets and policy",
    load: async () => (await import("./commands/lint.ts")).lint,
  },
  eval: {
    summary: "run a suite against a model endpoint",
    load: async () => (await import("./commands/eval.ts")).evalSuite,
  },
  compare: {
    summary: "base against head",
    load: async () => (await import("./commands/compare.ts")).compare,
  },
  score: {
    summary: "score predictions in a file with one metric",
    load: async () => (await import("./commands/score.ts")).score,
  },
};
