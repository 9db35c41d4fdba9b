/** One line of a function's log. */
export type HostLog = (level: string, functionName: string, invocationId: string, message: string) => void;

const levels = ["trace", "debug", "information", "warning", "error", "critical"];

/** Writes lines of at least `least` to standard error. */
export function createHostLog(least: string): HostLog {
  const floor = levels.indexOf(least);
  return (level, functionName, invocationId, message) => {
    if (floor < 0 || levels.indexOf(level) < floor) return;
    const line = message.replaceAll("\n", "\\n");
    process.stderr.write(`${new Date().toISOString()} ${level} ${functionName} ${invocationId.slice(0, 8)} ${line}\n`);
  };
}
