import { styleText } from "node:util";

type Style = "bold" | "dim" | "red" | "green" | "yellow" | "cyan";

/** Where a command prints, and where it is run. */
export interface Terminal {
  cwd: string;
  env: Record<string, string | undefined>;
  /** Resolves when the reader has kept up. What nobody reads any more is dropped. */
  print(text: string): Promise<void>;
  /** A line on standard error. */
  note(text: string): void;
  /** True once the reader of standard output is gone. */
  closed(): boolean;
  /** Coloured where standard output is a terminal and NO_COLOR is not set. */
  style(style: Style, text: string): string;
  /** Standard error, where it is a terminal: for what is drawn over itself. */
  progress?: { columns(): number; draw(text: string): void };
}

export function createTerminal(): Terminal {
  let closed = false;
  // A closed pipe (`assay lint | head -1`) ends the printing, not the command: its exit code still counts.
  process.stdout.on("error", () => {
    closed = true;
  });
  process.stderr.on("error", () => {});
  const progress = {
    columns: () => process.stderr.columns ?? 80,
    draw: (text: string) => void process.stderr.write(text),
  };
  return {
    cwd: process.cwd(),
    env: process.env,
    async print(text) {
      if (closed) return;
      if (process.stdout.write(text)) return;
      await new Promise<void>((resolve) => {
        const done = () => {
          process.stdout.off("drain", done);
          process.stdout.off("error", done);
          resolve();
        };
        process.stdout.on("drain", done);
        process.stdout.on("error", done);
      });
    },
    note: (text) => void process.stderr.write(`${text}\n`),
    closed: () => closed,
    style: (style, text) => styleText(style, text, { stream: process.stdout }),
    ...(process.stderr.isTTY ? { progress } : {}),
  };
}

/** Everything printed has left this process, or nobody reads it. */
export async function flushed(): Promise<void> {
  for (const stream of [process.stdout, process.stderr])
    await new Promise<void>((resolve) => {
      if (stream.writableLength === 0 || stream.destroyed) resolve();
      else {
        stream.write("", () => resolve());
        stream.once("error", () => resolve());
      }
    });
}
