/** A static event name with its facts; one JSON line. Never secrets, prompts or answers. */
export interface Log {
  info(event: string, facts?: Record<string, unknown>): void;
  warn(event: string, facts?: Record<string, unknown>): void;
  error(event: string, facts?: Record<string, unknown>): void;
}

interface LineSink {
  info(line: string): void;
  warn(line: string): void;
  error(line: string): void;
}

/** Writes events to a sink of lines such as a Functions invocation context, whose own formatting flattens objects. */
export function createLog(sink: LineSink): Log {
  const line = (event: string, facts?: Record<string, unknown>) => JSON.stringify({ event, ...facts });
  return {
    info: (event, facts) => sink.info(line(event, facts)),
    warn: (event, facts) => sink.warn(line(event, facts)),
    error: (event, facts) => sink.error(line(event, facts)),
  };
}
