import type { Command } from "./command.ts";

interface CommandEntry {
  summary: string;
  load(): Promise<Command>;
}

/** Every command, loaded at its use: what another command needs costs this one nothing. */
export const commandTable: Record<string, CommandEntry> = {
  init: {
    summary: "write a starter repository into an empty folder",
    load: async () => (await import("./commands/init.ts")).init,
  },
  lint: {
    summary: "check prompts, suites, datasets, routes, releases and policy",
    load: async () => (await import("./commands/lint.ts")).lint,
  },
  eval: {
    summary: "run a suite against a model endpoint",
    load: async () => (await import("./commands/eval.ts")).evalSuite,
  },
  compare: {
    summary: "base against head: the working tree, or files of results",
    load: async () => (await import("./commands/compare.ts")).compare,
  },
  judge: {
    summary: "hold a judge against people's labels",
    load: async () => (await import("./commands/judge.ts")).judge,
  },
  route: {
    summary: "say why a request goes to its target",
    load: async () => (await import("./commands/route.ts")).route,
  },
  release: {
    summary: "say what a release would do",
    load: async () => (await import("./commands/release.ts")).release,
  },
  notify: {
    summary: "send a test to everybody who is told of releases",
    load: async () => (await import("./commands/notify.ts")).notify,
  },
  score: {
    summary: "score predictions in a file with one metric",
    load: async () => (await import("./commands/score.ts")).score,
  },
  margin: {
    summary: "set a suite's `margin: auto` to a number",
    load: async () => (await import("./commands/margin.ts")).margin,
  },
  reproduce: {
    summary: "show that a kept run comes out the same again",
    load: async () => (await import("./commands/reproduce.ts")).reproduce,
  },
};
